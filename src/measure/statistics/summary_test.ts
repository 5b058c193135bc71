import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { statisticsSchema } from "../document_schema.ts";
import { forkValues, summarize } from "./summary.ts";
import { forkResult } from "./testdata/fork_results.ts";
import { MICHELSON } from "./testdata/reference_data.ts";

Deno.test("summarize() gives the published statistics of Michelson's data", () => {
  // The data as batches of 10 iterations, each of which has 3 ns of the loop in it.
  const wallNs = MICHELSON.map((speed) => (speed + 3) * 10);
  const forks = [
    forkResult({ fork: 0, wallNs: wallNs.slice(0, 60), batchSize: 10, overheadNs: 3 }),
    forkResult({ fork: 1, wallNs: wallNs.slice(60), batchSize: 10, overheadNs: 3 }),
  ];
  const summary = summarize(forks, { seed: 1 });
  const { samples, forks: count, median, min, max, mad, p25, p75, p95, forkP25, outliers } = summary;
  assertEquals({ samples, count, median, min, max, mad, p25, p75, p95 }, {
    ...{ samples: 100, count: 2, median: 850, min: 620, max: 1070, mad: 45, p25: 807.5, p75: 892.5, p95: 980 },
  });
  assertAlmostEquals(summary.mean, 852.4, 1e-9);
  assertAlmostEquals(summary.standardDeviation, 79.0105478190518, 1e-9);
  assertAlmostEquals(summary.p99, 1000.7, 1e-9);
  assertAlmostEquals(summary.opsPerSecond ?? 0, 1e9 / 850, 1e-6);
  assertEquals(forkP25, [830, 787.5]);
  assertEquals(outliers, { lowExtreme: 0, lowMild: 2, highMild: 1, highExtreme: 0 });
  assertEquals(summary.medianInterval?.point, 850);
});

Deno.test("summarize() leaves excluded samples out and counts them by cause", () => {
  const summary = summarize([
    forkResult({ fork: 0, wallNs: [1, 900, 3, 800], excluded: { 1: "steal", 3: "preemption" } }),
    forkResult({ fork: 1, wallNs: [700, 600], excluded: { 0: "steal", 1: "suspend" } }),
    forkResult({ fork: 2, wallNs: [5] }),
  ], { seed: 1 });
  assertEquals(summary.excluded, { steal: 2, preemption: 1, suspend: 1 });
  assertEquals(
    [summary.samples, summary.forks, summary.max],
    [3, 2, 5],
    "the fork that lost all of its samples is out",
  );
  assertEquals(summary.forkP25, [1.5, 5]);
});

Deno.test("summarize() takes disturbed samples rather than none", () => {
  const summary = summarize([
    forkResult({ fork: 0, wallNs: [10, 20], excluded: { 0: "steal", 1: "steal" } }),
    forkResult({ fork: 1, wallNs: [30], excluded: { 0: "preemption" } }),
  ], { seed: 1 });
  assertEquals([summary.samples, summary.forks, summary.median], [3, 2, 20]);
  assertEquals(summary.excluded, { steal: 2, preemption: 1, suspend: 0 }, "as many as there are samples");
});

Deno.test("summarize() has no throughput for a function that takes no time, and no interval for two samples", () => {
  const summary = summarize([forkResult({ wallNs: [1, 3], overheadNs: 2 })], { seed: 1 });
  assertEquals([summary.median, summary.min, summary.opsPerSecond, summary.medianInterval], [0, -1, null, null]);
});

Deno.test("summarize() throws without a single sample", () => {
  assertThrows(() => summarize([], { seed: 1 }), RangeError, "at least one");
  assertThrows(() => summarize([forkResult({ wallNs: [] })], { seed: 1 }), RangeError, "at least one");
});

Deno.test("forkValues() keeps the order of measuring and the number of the fork", () => {
  const forks = [
    forkResult({ fork: 3, wallNs: [30, 10, 20], batchSize: 10, overheadNs: 0.5, excluded: { 1: "steal" } }),
  ];
  assertEquals(forkValues(forks), [{ fork: 3, values: [2.5, 1.5] }]);
});

const runs = fc.array(fc.array(fc.integer({ min: 1, max: 1000 }), { maxLength: 8 }), { minLength: 1, maxLength: 4 });

Deno.test("summarize() makes what the document's schema accepts, in ascending order", () =>
  fc.assert(
    fc.property(runs, fc.func(fc.boolean()), (walls, isExcluded) => {
      fc.pre(walls.some((wallNs) => wallNs.length > 0));
      const forks = walls.map((wallNs, fork) => {
        const excluded = Object.fromEntries(
          wallNs.flatMap((wall, index) => isExcluded(fork, wall) ? [[index, "steal" as const]] : []),
        );
        return forkResult({ fork, wallNs, excluded, batchSize: 3, overheadNs: 1 });
      });
      const { min, p25, median, p75, p95, p99, max, mean, ...rest } = statisticsSchema.parse(
        summarize(forks, { seed: 1 }),
      );
      const ascending = [min, p25, median, p75, p95, p99, max];
      assertEquals(ascending, ascending.toSorted((left, right) => left - right));
      assert(mean >= min - 1e-9 && mean <= max + 1e-9);
      assertEquals(rest.forkP25.length, rest.forks);
    }),
    { numRuns: 40 },
  ));
