import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { batchSize, calibrateClock, type Clock, performanceClock } from "./clock.ts";

/** A clock whose n-th reading is scripted. */
function scripted(at: (reading: number) => number): Clock & { readonly readings: () => number } {
  let count = 0;
  return { name: "scripted", now: () => at(count++), readings: () => count };
}

/** A clock that takes `costNs` to read and shows multiples of `stepNs`. */
const ticking = (costNs: number, stepNs: number) =>
  scripted((reading) => 1e12 + Math.floor(reading * costNs / stepNs) * stepNs);

Deno.test("calibrateClock() finds the cost of a fine clock, and a step of that cost", () => {
  const clock = ticking(46, 1);
  assertEquals(calibrateClock(clock), { source: "scripted", costNs: 46, stepNs: 46, monotonic: true });
  assert(clock.readings() < 11_000, "a fine clock is calibrated at once");
});

Deno.test("calibrateClock() finds step and cost of clocks that step less often than they are read", () => {
  for (const stepNs of [100, 1_000, 5_000, 100_000, 2_000_000]) {
    const { costNs, stepNs: found, monotonic } = calibrateClock(ticking(50, stepNs));
    assertEquals([found, monotonic], [stepNs, true]);
    assertAlmostEquals(costNs, 50, 5, `step ${stepNs}`);
  }
});

Deno.test("calibrateClock() is not misled by pauses between readings", () => {
  // A million nanoseconds are lost in every thousandth reading: the mean would be 1,046.
  const clock = scripted((reading) => reading * 46 + Math.floor(reading / 1_000) * 1e6);
  assertEquals(calibrateClock(clock).costNs, 46);
});

Deno.test("calibrateClock() notices a clock that runs backwards, if only once", () => {
  const clock = scripted((reading) => reading * 40 - (reading > 3_333 ? 1_000 : 0));
  assertEquals(calibrateClock(clock), { source: "scripted", costNs: 40, stepNs: 40, monotonic: false });
});

Deno.test("calibrateClock() gives up on a clock that stands still, after a million readings", () => {
  const clock = scripted(() => 77);
  assertEquals(calibrateClock(clock), { source: "scripted", costNs: 0, stepNs: 0, monotonic: true });
  assert(clock.readings() <= 1_000_001);
});

Deno.test("calibrateClock() never tells a negative cost, not even of a clock that only runs backwards", () => {
  assertEquals(calibrateClock(scripted((reading) => -reading)), {
    source: "scripted",
    costNs: 0,
    stepNs: 0,
    monotonic: false,
  });
});

Deno.test("performanceClock is monotonic, finer than 0.1 ms and cheap to read", () => {
  const { source, costNs, stepNs, monotonic } = calibrateClock(performanceClock);
  assertEquals([source, monotonic], ["performance.now", true]);
  assert(costNs > 0 && costNs < 100_000, `${costNs}`);
  assert(stepNs > 0 && stepNs < 100_000, `${stepNs}`);
});

const clock = { source: "test", costNs: 40, stepNs: 60, monotonic: true };

Deno.test("batchSize() lasts long enough for the sample and for the clock, whichever is longer", () => {
  assertEquals(batchSize(1, clock, { minSampleNs: 5_000_000, maxErrorRatio: 0.01 }), 5_000_000);
  assertEquals(batchSize(1, clock, { minSampleNs: 5_000, maxErrorRatio: 0.01 }), 10_000);
  assertEquals(batchSize(3, clock, { minSampleNs: 10, maxErrorRatio: 0.01 }), 3_334, "rounded up");
});

Deno.test("batchSize() is 1 for whatever takes longer than a sample, and never without end", () => {
  assertEquals(batchSize(1e12, clock, { minSampleNs: 5_000_000, maxErrorRatio: 0.01 }), 1);
  assertEquals(batchSize(1e-12, clock, { minSampleNs: 5_000_000, maxErrorRatio: 0.01 }), 1_000_000_000);
});

Deno.test("batchSize() works with a clock that takes no time and never steps", () => {
  const ideal = { source: "ideal", costNs: 0, stepNs: 0, monotonic: true };
  assertEquals(batchSize(20, ideal, { minSampleNs: 1_000, maxErrorRatio: 0.01 }), 50);
});

Deno.test("batchSize() throws for arguments out of range, and says which", () => {
  const limits = { minSampleNs: 1_000, maxErrorRatio: 0.01 };
  for (const wrong of [0, -1, NaN, Infinity]) {
    assertThrows(
      () => batchSize(wrong, clock, limits),
      RangeError,
      `iterationNs must be above 0 and finite, it is ${wrong}`,
    );
    assertThrows(
      () => batchSize(20, clock, { ...limits, minSampleNs: wrong }),
      RangeError,
      "minSampleNs must be above 0",
    );
  }
  for (const wrong of [0, 1, NaN]) {
    assertThrows(() => batchSize(20, clock, { ...limits, maxErrorRatio: wrong }), RangeError, `it is ${wrong}`);
  }
});

Deno.test("batchSize() is the smallest batch in which the clock's error is within the limit", () => {
  const positive = fc.double({ min: 0.5, max: 1e6, noNaN: true });
  fc.assert(fc.property(positive, positive, fc.constantFrom(0.01, 0.1), (iterationNs, stepNs, maxErrorRatio) => {
    const facts = { ...clock, stepNs };
    const batch = batchSize(iterationNs, facts, { minSampleNs: 1, maxErrorRatio });
    const error = (iterations: number) => (stepNs + facts.costNs) / (iterations * iterationNs);
    assert(error(batch) <= maxErrorRatio * (1 + 1e-12));
    assert(batch === 1 || error(batch - 1) >= maxErrorRatio * (1 - 1e-12));
  }));
});
