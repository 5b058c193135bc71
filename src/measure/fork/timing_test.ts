import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DEFAULT_SETTINGS } from "../settings.ts";
import { samplesOf } from "./timing.ts";

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
