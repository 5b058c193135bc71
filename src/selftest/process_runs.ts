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

/**
 * Two runs of so many processes: one drawn from the first half of the pairs in time, one from the second, one process of each pair,
 * so that what the host did in between is in the comparison. Of a pair, all benchmarks are those of one process.
 *
 * Bodies that are reference benchmarks too, by their names, serve as references; the others are the suite.
 *
 * @param forks Processes of each run; drawn with replacement if there are fewer.
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
  const [early, late] = [pairs.slice(0, half), pairs.slice(-half)];
  const make = (half: readonly DrawnPair[], source: string) =>
    runOf(pickProcesses(half, forks, random), { ids: pool.ids, referenceNames, source });
  const runs = [make(early, "early half"), make(late, "late half")] as const;
  const [baseline, current] = random.nextInt(2) === 0 ? runs : [runs[1], runs[0]];
  return { baseline, current };
}

interface Process {
  readonly pair: DrawnPair;
  readonly side: Side;
}

function pickProcesses(pairs: readonly DrawnPair[], forks: number, random: Random): Process[] {
  const order: DrawnPair[] = [];
  while (order.length < forks) {
    const left = [...pairs];
    while (left.length > 0 && order.length < forks) {
      const [pair] = left.splice(random.nextInt(left.length), 1);
      if (pair !== undefined) order.push(pair);
    }
  }
  return order.map((pair) => ({ pair, side: random.nextInt(2) === 0 ? "a" : "b" }));
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
