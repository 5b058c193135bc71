import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ProgressEstimator, type Stage } from "./progress.ts";

const stages: Stage[] = [0, 1, 2, 3].map((n) => ({ key: `fork/${n}`, kind: "fork", expectedMs: 100 }));

Deno.test("ProgressEstimator expects what was planned before anything is known", () => {
  assertEquals(new ProgressEstimator(stages, () => 0).estimate(), { doneRatio: 0, remainingMs: 400 });
});

Deno.test("ProgressEstimator corrects the rest by what the first stage has really taken", () => {
  let now = 0;
  const progress = new ProgressEstimator(stages, () => now);
  progress.start("fork/0");
  now = 300;
  progress.finish();
  assertEquals(progress.estimate(), { doneRatio: 0.25, remainingMs: 900 });
  progress.start("fork/1");
  now = 450;
  progress.advance(0.5);
  assertAlmostEquals(progress.estimate().remainingMs, 750, 1);
});

Deno.test("ProgressEstimator does not count stages that were done before", () => {
  const progress = new ProgressEstimator(stages, () => 0);
  progress.skip("fork/0");
  progress.skip("fork/1");
  assertEquals(progress.estimate().remainingMs, 200);
});

Deno.test("ProgressEstimator never goes back, and ends at 1 with nothing left", () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true })));
  fc.assert(fc.property(steps, (all) => {
    let [now, last] = [0, 0];
    const progress = new ProgressEstimator(stages, () => now);
    for (const { key } of stages) {
      progress.start(key);
      for (const [durationMs, ratio] of all) {
        now += durationMs;
        progress.advance(ratio);
        const { doneRatio, remainingMs } = progress.estimate();
        assert(doneRatio >= last && doneRatio <= 1 && remainingMs >= 0);
        last = doneRatio;
      }
      now += 1;
      progress.finish();
    }
    assertEquals(progress.estimate(), { doneRatio: 1, remainingMs: 0 });
  }));
});
