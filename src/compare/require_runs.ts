/**
 * What runs must be for a comparison to mean anything.
 *
 * @module
 */

import type { Sides } from "./circumstances.ts";
import { CompareError } from "./compare_error.ts";
import type { RunData } from "./run_data.ts";

/**
 * Checks that each side has a run, none twice, and no run a benchmark twice.
 *
 * @throws {CompareError} If not.
 */
export function requireRuns(sides: Sides<readonly RunData[]>): void {
  for (const side of ["baseline", "current"] as const) {
    const runs = sides[side];
    if (runs.length === 0) {
      throw new CompareError(
        "no_runs",
        `Cannot compare: the ${side} side has no run; pass at least one result for each side`,
      );
    }
    const seen = new Map<string, string>();
    for (const run of runs) {
      requireUniqueIds(run);
      const key = figuresOf(run);
      const earlier = seen.get(key);
      if (earlier !== undefined && run.benchmarks.some(({ processes }) => processes.length > 0)) {
        throw new CompareError(
          "duplicate_run",
          `Cannot compare ${quote(run.source)}: it holds the same run as ${
            quote(earlier)
          }, also on the ${side} side, and ` +
            "would count twice; pass each run once",
        );
      }
      seen.set(key, run.source);
    }
  }
}

/** All figures of a run: no two runs have the same. */
export function figuresOf({ benchmarks }: RunData): string {
  return JSON.stringify(benchmarks.map(({ id, processes }) => [id, ...processes.map(({ value }) => value)]));
}

function requireUniqueIds({ source, benchmarks, references }: RunData): void {
  const ids = new Set<string>();
  for (const { id } of [...benchmarks, ...references]) {
    if (ids.has(id)) {
      throw new CompareError(
        "duplicate_benchmark",
        `Cannot compare ${quote(source)}: it has the benchmark ${quote(id)} twice; give each a name of its own`,
      );
    }
    ids.add(id);
  }
}

function quote(text: string): string {
  return JSON.stringify(text);
}
