/**
 * The figures of a comparison on the scale on which it calculates: logarithms, so that ratios are differences.
 *
 * @module
 */

import type { Sides } from "./circumstances.ts";
import type { Match, RunBenchmark } from "./matching.ts";

/** What one process measured. */
export interface ProcessCost {
  /** Number of the fork within its run. */
  readonly fork: number;
  /** Logarithm of the cost: of the value, or of its inverse where a larger one is better. */
  readonly log: number;
}

/** What the processes of one run measured; at least one. */
export interface RunCosts {
  /** Number of the run on its side. */
  readonly run: number;
  /** Its processes, in the order in which they ran. */
  readonly processes: readonly ProcessCost[];
}

/** The costs of a benchmark, on both sides. */
export function logCosts({ sides }: Match): Sides<readonly RunCosts[]> {
  return { baseline: sides.baseline.map(costsOf), current: sides.current.map(costsOf) };
}

/** Changes every cost of one side. */
export function mapCosts(
  runs: readonly RunCosts[],
  change: (cost: ProcessCost, run: number) => number,
): RunCosts[] {
  return runs.map(({ run, processes }) => ({
    run,
    processes: processes.map((cost) => ({ fork: cost.fork, log: change(cost, run) })),
  }));
}

function costsOf({ run, data }: RunBenchmark): RunCosts {
  const sign = data.better === "lower" ? 1 : -1;
  return {
    run,
    processes: data.processes.map(({ value, fork }, index) => ({ fork: fork ?? index, log: sign * Math.log(value) })),
  };
}
