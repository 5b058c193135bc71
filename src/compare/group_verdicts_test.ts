import { assertEquals } from "@std/assert";
import type { GroupRatio, MeasuredBenchmark } from "../measure/document.ts";
import { meanInterval } from "../measure/statistics/student_t.ts";
import { sampleBenchmark } from "../measure/testdata/sample_document.ts";
import { groupVerdicts } from "./group_verdicts.ts";

const LEVEL = 0.95;

/** A benchmark with one sample in each fork. */
function benchmark(id: string, values: readonly number[]): MeasuredBenchmark {
  const nothing = { cpuNs: null, runQueueDelayNs: null, involuntarySwitches: null, garbageCollected: null };
  const forks = values.map((value, fork) => ({
    ...{ fork, batchSize: 1, overheadNs: 0, warmup: { iterations: 0, durationMs: 0, steady: true } },
    samples: { ...nothing, wallNs: [value], startMs: [0], excluded: [] },
  }));
  return { ...sampleBenchmark, id, forks };
}

/** The verdicts on candidates whose forks are these multiples of the baseline's. */
function verdicts(...candidates: readonly (readonly number[])[]) {
  const all = candidates.map((factors, index) => benchmark(`c${index}`, factors));
  const ratios = candidates.map((factors, index): GroupRatio => {
    const interval = meanInterval(factors.map(Math.log), LEVEL);
    const ratio = interval === null ? null : {
      ...{ point: Math.exp(interval.point), low: Math.exp(interval.low), high: Math.exp(interval.high), level: LEVEL },
    };
    return { suite: "s", group: "g", baselineId: "baseline", id: `c${index}`, ratio };
  });
  return groupVerdicts(ratios, [benchmark("baseline", Array(8).fill(1)), ...all]);
}

Deno.test("groupVerdicts() says what the ratios of the forks bear out", () => {
  const around = (factor: number, spread: number) =>
    [1, -1, 0.5, -0.5, 0.2, -0.2].map((z) => factor * (1 + spread * z));
  assertEquals(verdicts(around(1.3, 0.02), around(0.7, 0.02), around(1.01, 0.02)), ["slower", "faster", "same"]);
  assertEquals(verdicts(around(1.04, 0.05), around(1.03, 0.001)), ["inconclusive", "same"]);
  assertEquals(verdicts([1, 1, 1], [2, 2, 2], [2]), ["same", "slower", null]);
});

Deno.test("groupVerdicts() asks for more evidence the more ratios there are", () => {
  const close = [1.12, 1.02, 1.16, 1, 1.2, 1.05, 1.01, 1.1]; // p = 0.015
  const noise = [1.3, 0.7, 1.4, 0.65, 1.2, 0.8, 1.1, 0.9];
  assertEquals(verdicts(close), ["slower"]);
  assertEquals(verdicts(close, ...Array(9).fill(noise))[0], "inconclusive");
});
