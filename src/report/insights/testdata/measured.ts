/**
 * Benchmarks of which every fork says exactly what a test wants it to say.
 *
 * @module
 */

import type { GroupRatio, MeasuredBenchmark, ResultDocument, Scaling } from "../../../measure/document.ts";
import { ratioToBaseline, summarize } from "../../../measure/statistics/mod.ts";
import { sampleBenchmark, sampleDocument } from "../../testdata/sample_document.ts";

/** By its forks' lower quartiles: the same are measured in many tests, and their interval takes a millisecond. */
const summaries = new Map<string, MeasuredBenchmark["statistics"]>();

/** A benchmark whose forks have these lower quartiles, in nanoseconds; all samples of a fork are alike. */
export function measured(
  name: string,
  forkNs: readonly number[],
  changes: Partial<MeasuredBenchmark> = {},
): MeasuredBenchmark {
  const forks = forkNs.map((ns, fork) => ({
    fork,
    batchSize: 1,
    overheadNs: 0,
    warmup: { iterations: 1, durationMs: 1, steady: true },
    samples: {
      wallNs: [ns, ns, ns, ns],
      cpuNs: null,
      runQueueDelayNs: null,
      involuntarySwitches: null,
      startMs: [0, 1, 2, 3],
      excluded: [],
      garbageCollected: null,
    },
  }));
  const statistics = summaries.get(`${forkNs}`) ?? summarize(forks, { seed: 1 });
  summaries.set(`${forkNs}`, statistics);
  const own = sampleBenchmark({ name, nominalNs: 100, changes });
  return {
    ...own,
    forks,
    statistics,
    memory: { ...own.memory, allocatedBytes: 0, gc: null },
    ...changes,
  };
}

/** A document of nothing but these. */
export function documentOf(
  benchmarks: readonly MeasuredBenchmark[],
  scaling: readonly Scaling[] = [],
): ResultDocument {
  return sampleDocument({ benchmarks, scaling, groups: ratiosOf(benchmarks) });
}

function ratiosOf(benchmarks: readonly MeasuredBenchmark[]): GroupRatio[] {
  return benchmarks.flatMap((candidate) => {
    const { suite, group, id } = candidate;
    const baseline = benchmarks.find((other) => other.suite === suite && other.group === group && other.baseline);
    if (group === null || candidate.baseline || baseline === undefined) return [];
    return [{ suite, group, baselineId: baseline.id, id, ratio: ratioToBaseline(candidate.forks, baseline.forks) }];
  });
}
