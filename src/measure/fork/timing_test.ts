import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DEFAULT_SETTINGS } from "../settings.ts";
import { samplesOf, withAtLeast } from "./timing.ts";

const settings = { ...DEFAULT_SETTINGS, seed: 0 }; // 24 rounds share 120 ms

Deno.test("samplesOf() gives a sample of the usual length one in each round", () => {
  assertEquals(samplesOf(5e6, settings), 24);
});

Deno.test("samplesOf() gives long samples only as many rounds as fit, but three at least", () => {
  assertEquals(samplesOf(20e6, settings), 7);
  assertEquals(samplesOf(100e6, settings), 3);
  assertEquals(samplesOf(10e9, settings), 3);
});

Deno.test("samplesOf() never exceeds the rounds, nor the time by more than a quarter once three samples fit", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 1, max: 100 }), (sampleNs, rounds) => {
    const samples = samplesOf(sampleNs, { ...settings, rounds });
    assertEquals(samples >= Math.min(3, rounds) && samples <= rounds, true);
    assertEquals(samples <= 3 || samples * sampleNs <= 1.25 * 120e6, true);
  }));
});

Deno.test("withAtLeast() leaves what is enough as it is, then adds samples, then makes them longer", () => {
  const fitting = { batch: 100, rounds: 3 };
  assertEquals(withAtLeast(0, fitting, settings), fitting);
  assertEquals(withAtLeast(300, fitting, settings), fitting);
  assertEquals(withAtLeast(301, fitting, settings), { batch: 100, rounds: 4 });
  assertEquals(withAtLeast(2_401, fitting, settings), { batch: 101, rounds: 24 });
});

Deno.test("withAtLeast() has as many iterations as asked for, and never fewer than before", () => {
  const fitting = fc.record({ batch: fc.integer({ min: 1, max: 1e6 }), rounds: fc.integer({ min: 1, max: 24 }) });
  fc.assert(fc.property(fc.nat(1e9), fitting, (iterations, before) => {
    const { batch, rounds } = withAtLeast(iterations, before, settings);
    assertEquals(
      batch * rounds >= iterations && batch >= before.batch && rounds >= before.rounds && rounds <= 24,
      true,
    );
    // One iteration fewer in each sample, or one sample less, would not do.
    assertEquals(batch === before.batch || (batch - 1) * rounds < iterations, true);
    assertEquals(rounds === before.rounds || batch > before.batch || batch * (rounds - 1) < iterations, true);
  }));
});
