/**
 * A made-up result as large as the four suites together on a busy host: spread, delays, disturbances and names take at least the
 * bytes that those of real runs do.
 *
 * @module
 */

import type { ForkResult, MeasuredBenchmark, ResultDocument } from "../../../measure/document.ts";
import { createRandom } from "../../../measure/random.ts";
import { assembleGroups, assembleScaling, summaryOf } from "../../../measure/run/assemble.ts";
import { SAMPLE_SEED, sampleDocument } from "../../testdata/sample_document.ts";

const SUITES = ["core-agent", "resource-management", "coordination", "observability"];

/** `benchmarks` benchmarks of 8 forks with 24 samples each: groups, parameters, modes, drift, collections, samples left out. */
export function largeDocument(benchmarks = 172): ResultDocument {
  const random = createRandom(7);
  const results = Array.from({ length: benchmarks }, (_, index): MeasuredBenchmark => {
    const suite = SUITES[Math.floor(index * SUITES.length / benchmarks)] ?? "";
    const collecting = Math.min(1, 3 * random.nextFloat()); // of two thirds of the benchmarks every sample
    const nominalNs = 10 ** (1 + 5 * random.nextFloat());
    const forks = Array.from({ length: 8 }, (_, fork): ForkResult => {
      const batchSize = Math.max(1, Math.round(5e6 / nominalNs * (0.9 + 0.2 * random.nextFloat())));
      const level = nominalNs * (random.nextFloat() < 0.2 ? 1.25 : 1) * (1 + 0.04 * random.nextFloat());
      const changesAt = random.nextFloat() < 0.05 ? Math.round(8 + 8 * random.nextFloat()) : 24;
      const drift = random.nextFloat() < 0.1 ? 0.008 : 0;
      const wallNs = Array.from(
        { length: 24 },
        (_, place) =>
          Math.round(
            level * batchSize * (1 + 0.4 * random.nextFloat() + 6 * random.nextFloat() ** 24) *
              (place >= changesAt ? 1.2 : 1) * (1 + drift * place),
          ),
      );
      const delaysUs = wallNs.map(() =>
        random.nextFloat() < 0.13 ? 0 : Math.round(10 ** (1 + 2.5 * random.nextFloat()))
      );
      let startMs = 1000 * random.nextFloat();
      return {
        fork,
        batchSize,
        overheadNs: Math.round(1e4 * (3 + random.nextFloat())) / 1e4,
        warmup: {
          iterations: batchSize * 25,
          durationMs: Math.round(1e6 * (120 + 30 * random.nextFloat())) / 1e6,
          steady: random.nextFloat() < 0.9,
        },
        samples: {
          wallNs,
          cpuNs: wallNs.map((wall, place) =>
            1000 * Math.max(0, Math.round(wall / 1000 - (delaysUs[place] ?? 0) + 60 * random.nextFloat()))
          ),
          runQueueDelayNs: delaysUs.map((delayUs) => 1000 * delayUs),
          involuntarySwitches: wallNs.map(() => Math.round(16 * random.nextFloat())),
          startMs: wallNs.map(() => Math.round(startMs += 1200 * random.nextFloat())),
          excluded: wallNs.flatMap((_, index) =>
            random.nextFloat() < 0.13
              ? [{ index, cause: random.nextFloat() < 0.8 ? "preemption" : "steal" } as const]
              : []
          ),
          garbageCollected: wallNs.flatMap((_, place) => random.nextFloat() < collecting ? [place] : []),
        },
      };
    });
    const [series, value] = [Math.floor(index / 8), 10 ** (1 + index % 4)];
    const name = `Benchmark of a usual name ${index % 8 < 4 ? series : index + 1}`;
    const params = { parties: value };
    const identity = {
      id: `${suite}/${name}/parties=${value}`,
      suite,
      name,
      group: series % 2 === 0 ? null : `group ${series}`,
      baseline: index % 8 < 4,
      params,
      definitionHash: (index * 2654435761).toString(16).padStart(16, "0"),
      expected: index % 6 === 0
        ? { operation: "Coordination Primitives", minOpsPerSecond: 5000, maxDurationMs: 0.2 }
        : null,
      throughput: index % 8 === 0 ? { elements: 1000, bytes: 64_000 } : null,
      status: "ok",
      kind: "async",
      forks,
    } as const;
    const { statistics, outcome } = summaryOf(identity, SAMPLE_SEED);
    return {
      ...identity,
      statistics,
      ...outcome,
      memory: {
        allocatedBytes: Math.round(1000 * random.nextFloat()),
        gc: { iterations: 82_210, pauses: 21, totalMs: 3.1, maxMs: 0.29 },
        heapUsedBytes: 54_130_000,
        residentBytes: 176_180_000,
      },
      cpuPercent: 99 + 3 * random.nextFloat(),
    };
  });
  return sampleDocument({
    benchmarks: results,
    scaling: assembleScaling(results),
    groups: assembleGroups(results),
    warnings: results.filter((_, index) => index % 3 === 0).map(({ id }, index) => ({
      code: "forks_differ",
      message: `its forks differ by ${20 + index} %, more than the samples of one fork do; raise --forks`,
      benchmarkId: id,
    })),
    references: referencesOf(results),
  });
}

/** As every suite brings them: 8 references each, of 12 samples a fork. */
function referencesOf(results: readonly MeasuredBenchmark[]): MeasuredBenchmark[] {
  return results.slice(0, 8 * SUITES.length).map((result, index) => {
    const forks = result.forks.map((fork) => ({ ...fork, samples: lastSamples(fork.samples, 12) }));
    const [name, suite] = [`reference ${index % 8}`, SUITES[Math.floor(index / 8)] ?? ""];
    const identity = {
      ...result,
      id: `references/${name}/suite=${suite}`,
      suite: "references",
      name,
      group: null,
      baseline: false,
      params: { suite },
      expected: null,
      throughput: null,
      forks,
    };
    const { statistics, outcome } = summaryOf(identity, SAMPLE_SEED);
    return { ...identity, statistics, ...outcome };
  });
}

function lastSamples(samples: ForkResult["samples"], count: number): ForkResult["samples"] {
  return {
    wallNs: samples.wallNs.slice(-count),
    cpuNs: samples.cpuNs?.slice(-count) ?? null,
    runQueueDelayNs: samples.runQueueDelayNs?.slice(-count) ?? null,
    involuntarySwitches: samples.involuntarySwitches?.slice(-count) ?? null,
    startMs: samples.startMs.slice(-count),
    excluded: [],
    garbageCollected: [],
  };
}
