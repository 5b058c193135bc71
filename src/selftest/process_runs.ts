/**
 * Stored results made of the processes that pairs were measured with.
 *
 * @module
 */

import type { BenchmarkData, RunData } from "../compare/run_data.ts";
import type { PairMeasurement, Side } from "../duet/mod.ts";
import type { Random } from "../measure/random.ts";
import { quantile, sortSamples } from "../measure/statistics/mod.ts";
import type { DrawnPair, Pool } from "./pool.ts";

/** Two runs of identical code. */
export interface RunPair {
  /** What it is compared with. */
  readonly baseline: RunData;
  /** What is compared. */
  readonly current: RunData;
}

/** The fewest pairs that make two runs. */
export const FEWEST_PAIRS_FOR_RUNS = 4;

/** The most processes that each of two runs can have. */
export function mostForks(pool: Pool): number {
  return 2 * Math.floor(pool.size / 2);
}

/**
 * Two runs of so many processes: one drawn from the first half of the pairs in time, one from the second, so that what the host did
 * in between is in the comparison. No process is in them twice: that would look like certainty. Of a process, all benchmarks
 * are drawn.
 *
 * Bodies that are reference benchmarks too, by their names, serve as references; the others are the suite.
 *
 * @param forks Processes of each run, at most {@linkcode mostForks}.
 * @param referenceNames Names of the reference benchmarks.
 */
export function drawRuns(
  pool: Pool,
  { forks, referenceNames, random }: {
    readonly forks: number;
    readonly referenceNames: ReadonlySet<string>;
    readonly random: Random;
  },
): RunPair {
  const pairs = pool.pairs();
  const half = Math.floor(pairs.length / 2);
  const make = (half: readonly DrawnPair[], source: string) =>
    runOf(pickProcesses(half, forks, random), { ids: pool.ids, referenceNames, source });
  const early = make(pairs.slice(0, half), "early half");
  const late = make(pairs.slice(-half), "late half");
  return random.nextInt(2) === 0 ? { baseline: early, current: late } : { baseline: late, current: early };
}

interface Process {
  readonly pair: DrawnPair;
  readonly side: Side;
}

function pickProcesses(pairs: readonly DrawnPair[], forks: number, random: Random): Process[] {
  const left = pairs.flatMap((pair): Process[] => [{ pair, side: "a" }, { pair, side: "b" }]);
  return Array.from({ length: Math.min(forks, left.length) }, () => left.splice(random.nextInt(left.length), 1)).flat();
}

function runOf(
  processes: readonly Process[],
  { ids, referenceNames, source }: {
    readonly ids: readonly string[];
    readonly referenceNames: ReadonlySet<string>;
    readonly source: string;
  },
): RunData {
  const all = ids.map((id) => benchmarkOf(id, processes));
  return {
    source,
    tool: "selftest",
    startedAt: null,
    durationMs: null,
    commit: null,
    environment: null,
    settings: {},
    benchmarks: all.filter(({ name }) => !referenceNames.has(name)),
    references: all.filter(({ name }) => referenceNames.has(name)),
  };
}

function benchmarkOf(id: string, processes: readonly Process[]): BenchmarkData {
  const [suite = id, ...rest] = id.split("/");
  return {
    id,
    suite,
    name: rest.join("/"),
    params: {},
    status: "ok",
    message: "",
    definitionHash: "replayed",
    unit: "ns",
    better: "lower",
    estimator: "p25",
    processes: processes.flatMap(({ pair, side }, fork) => {
      const measurement = pair.measured.get(id);
      return measurement === undefined ? [] : [{ ...figureOf(measurement, side), fork }];
    }),
  };
}

function figureOf({ pairs }: PairMeasurement, side: Side) {
  const values = pairs.map(({ aNs, bNs }) => side === "a" ? aNs : bNs);
  return { value: quantile(sortSamples(values), 0.25), samples: values.length };
}
