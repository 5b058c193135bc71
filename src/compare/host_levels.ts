/**
 * How fast the host was, run by run and fork by fork, by the reference benchmarks.
 *
 * @module
 */

import { mean, trimmedMean } from "../measure/statistics/moments.ts";
import type { Sides } from "./circumstances.ts";
import { logCosts, mapCosts, type RunCosts } from "./log_costs.ts";
import type { Match } from "./matching.ts";

/** With a single reference, nobody could tell the host's change from that of the reference. */
const MIN_REFERENCES = 2;

/** The host's level at every fork: logarithms, of which only differences mean something. */
export interface HostLevels {
  /** Number of references that every run has. */
  readonly references: number;
  /** The mean level of each run. */
  readonly runs: Sides<readonly number[]>;
  /** The level at each fork of each run, by the fork's number; those in which no reference was measured are missing. */
  readonly forks: Sides<readonly ReadonlyMap<number, number>[]>;
}

/**
 * The host's levels: at each fork the trimmed mean of the references' logarithms. The geometric mean of several controls is what
 * normalises best where any of them moves by itself (J. Vandesompele et al., "Accurate Normalization of Real-Time Quantitative
 * RT-PCR Data by Geometric Averaging of Multiple Internal Control Genes", Genome Biology 3, 2002); a quarter is cut off at each
 * end, because one of eight that is twice as slow in one process, as seen on a busy host, is no news of the other seven.
 *
 * Where a fork lacks a reference, the others stand for it by what they differ from it elsewhere: levels are the forks' part of
 * an additive model of forks and references, fitted by turns.
 *
 * @param references Those that both sides have.
 * @param runs Number of runs on each side.
 * @returns null with fewer than two references that every run has.
 */
export function hostLevels(references: readonly Match[], runs: Sides<number>): HostLevels | null {
  const costs = references.map(logCosts).filter(({ baseline, current }) =>
    baseline.length === runs.baseline && current.length === runs.current
  );
  if (costs.length < MIN_REFERENCES) return null;
  const cells = costs.flatMap(({ baseline, current }, reference) =>
    [...baseline, ...current].flatMap(({ processes }, run) =>
      processes.map(({ fork, log }): Cell => ({ reference, run, fork, log }))
    )
  );
  const forks = forkLevels(cells, { references: costs.length, runs: runs.baseline + runs.current });
  const levels = forks.map((run) => mean([...run.values()]));
  return {
    references: costs.length,
    runs: { baseline: levels.slice(0, runs.baseline), current: levels.slice(runs.baseline) },
    forks: { baseline: forks.slice(0, runs.baseline), current: forks.slice(runs.baseline) },
  };
}

/** Costs with the host's level taken off: that of the same fork, or of the whole run where its fork has none. */
export function withoutHost(
  { baseline, current }: Sides<readonly RunCosts[]>,
  levels: HostLevels | null,
): Sides<readonly RunCosts[]> {
  if (levels === null) return { baseline, current };
  const side = (name: keyof Sides<unknown>, costs: readonly RunCosts[]) =>
    mapCosts(costs, ({ fork, log }, run) => log - (levels.forks[name][run]?.get(fork) ?? levels.runs[name][run] ?? 0));
  return { baseline: side("baseline", baseline), current: side("current", current) };
}

/** The share of the references of a fork that is cut off at each end. */
const TRIMMED_SHARE = 0.25;

/** What one process measured of one reference; runs are numbered over both sides. */
interface Cell {
  readonly reference: number;
  readonly run: number;
  readonly fork: number;
  readonly log: number;
}

/** Complete tables, the usual ones, need one; each that follows takes a large part off the error that a missing cell leaves. */
const MAX_STEPS = 200;

/** One process: what it measured, and of which references. */
interface Fork {
  readonly run: number;
  readonly fork: number;
  readonly logs: number[];
  readonly references: number[];
}

/** Fits `log = reference + fork` by alternating means: trimmed ones over the references of a fork. */
function forkLevels(
  cells: readonly Cell[],
  count: { references: number; runs: number },
): ReadonlyMap<number, number>[] {
  const forks = forksOf(cells, count.runs);
  /** What was measured of each reference, and by which of the forks. */
  const logs = Array.from({ length: count.references }, (): number[] => []), indices = logs.map((): number[] => []);
  forks.forEach((fork, index) =>
    fork.references.forEach((reference, i) => {
      logs[reference]?.push(fork.logs[i]!);
      indices[reference]?.push(index);
    })
  );
  let centers = logs.map(mean);
  for (let step = 1;; step++) {
    const levels = forks.map((fork) => trimmedMean(differences(fork.logs, centers, fork.references), TRIMMED_SHARE));
    const next = logs.map((own, reference) => mean(differences(own, levels, indices[reference]!)));
    // By how much all move at once means nothing, and never ends where trimmed means lie to one side of the means.
    const shift = next[0]! - centers[0]!;
    let moved = 0;
    for (let i = 1; i < next.length; i++) moved = Math.max(moved, Math.abs(next[i]! - centers[i]! - shift));
    if (moved < 1e-12 || step === MAX_STEPS) {
      const byRun = Array.from({ length: count.runs }, () => new Map<number, number>());
      forks.forEach(({ run, fork }, index) => byRun[run]?.set(fork, levels[index]!));
      return byRun;
    }
    centers = next;
  }
}

/** The processes of each run. */
function forksOf(cells: readonly Cell[], runs: number): readonly Fork[] {
  const byRun = Array.from({ length: runs }, () => new Map<number, Fork>());
  for (const { reference, run, fork, log } of cells) {
    const known = byRun[run]?.get(fork), own = known ?? { run, fork, logs: [], references: [] };
    if (known === undefined) byRun[run]?.set(fork, own);
    own.logs.push(log);
    own.references.push(reference);
  }
  return byRun.flatMap((forks) => [...forks.values()]);
}

/** What values differ by from others, each from the one at its index. */
function differences(values: readonly number[], others: readonly number[], indices: readonly number[]): number[] {
  return values.map((value, i) => value - others[indices[i]!]!);
}
