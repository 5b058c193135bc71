import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { standardDeviation } from "../../measure/statistics/moments.ts";
import { Simulation } from "../../measure/statistics/testdata/simulated.ts";
import type { PairSample } from "../../measure/duet/paired_samples.ts";
import { pairEffect } from "./pair_effect.ts";

/** Twelve samples in turn; whoever comes second takes `penalty` times as long. */
function twelve(ratio: number, penalty: number, noise = () => 0): PairSample[] {
  return Array.from({ length: 12 }, (_, i) => {
    const first = i % 2 === 0 ? "a" : "b";
    const [a, b] = first === "a" ? [100, 100 * penalty] : [100 * penalty, 100];
    return { aNs: a, bNs: ratio * b * Math.exp(noise()), first };
  });
}

Deno.test("pairEffect() is the log ratio, whatever the second of two loses, and however the orders are balanced", () => {
  assertAlmostEquals(pairEffect(twelve(1.1, 1.05)) ?? NaN, Math.log(1.1), 1e-12);
  assertAlmostEquals(pairEffect(twelve(1.1, 1.05).slice(0, 9)) ?? NaN, Math.log(1.1), 1e-12);
  assertAlmostEquals(pairEffect(twelve(1.1, 1.05).filter((_, i) => i < 4 || i % 2 === 0)) ?? NaN, Math.log(1.1), 1e-12);
});

Deno.test("pairEffect() ignores a disturbance of a sample in each order", () => {
  const disturbed = twelve(1, 1).map((sample, i) => i === 4 || i === 7 ? { ...sample, bNs: 9_000 } : sample);
  assertEquals(pairEffect(disturbed), 0);
});

Deno.test("pairEffect() is null without samples of both orders, and for durations that are none", () => {
  assertEquals(pairEffect([]), null);
  assertEquals(pairEffect([{ aNs: 1, bNs: 1, first: "a" }, { aNs: 1, bNs: 1, first: "a" }]), null);
  for (const wrong of [0, -1, NaN]) {
    assertEquals(pairEffect([{ aNs: 1, bNs: 1, first: "a" }, { aNs: 1, bNs: wrong, first: "b" }]), null);
  }
});

const samples = fc.array(
  fc.record({
    aNs: fc.integer({ min: 1, max: 999 }),
    bNs: fc.integer({ min: 1, max: 999 }),
    first: fc.constantFrom<PairSample["first"]>("a", "b"),
  }),
  { maxLength: 15 },
);

Deno.test("pairEffect() changes its sign when the sides change places", () =>
  fc.assert(fc.property(samples, (pairs) => {
    const swapped = pairs.map(({ aNs, bNs, first }): PairSample => ({
      aNs: bNs,
      bNs: aNs,
      first: first === "a" ? "b" : "a",
    }));
    const [effect, opposite] = [pairEffect(pairs), pairEffect(swapped)];
    if (effect === null || opposite === null) assertEquals(effect, opposite);
    else assertAlmostEquals(effect, -opposite, 1e-12);
  })));

Deno.test("pairEffect() is steadier than a mean where samples are disturbed, and not much worse where they are not", () => {
  const sdOf = (noise: (simulation: Simulation) => number, estimate: (pairs: PairSample[]) => number) => {
    const simulation = new Simulation(2);
    return standardDeviation(Array.from({ length: 2_000 }, () => estimate(twelve(1, 1, () => noise(simulation)))));
  };
  const plain = (pairs: PairSample[]) =>
    pairs.reduce((sum, { aNs, bNs }) => sum + Math.log(bNs / aNs), 0) / pairs.length;
  const ours = (pairs: PairSample[]) => pairEffect(pairs) ?? NaN;
  const quiet = (simulation: Simulation) => 0.05 * simulation.normal();
  const disturbed = (simulation: Simulation) => quiet(simulation) * (simulation.chance(0.1) ? 10 : 1);
  assert(sdOf(quiet, ours) < 1.2 * sdOf(quiet, plain));
  assert(sdOf(disturbed, ours) < 0.6 * sdOf(disturbed, plain));
});
