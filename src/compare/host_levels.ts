/**
 * How fast the host was, run by run and fork by fork, by the reference benchmarks.
 *
 * @module
 */

import { mean } from "../measure/statistics/moments.ts";
import type { Sides } from "./circumstances.ts";
import { logCosts, mapCosts, type RunCosts } from "./log_costs.ts";
import type { Match } from "./matching.ts";

/** With a single reference, nobody could tell the host's change from that of the reference. */
const MIN_REFERENCES = 2;

/** The host's level at every fork: logarithms, of which only differences mean something. */
export interface HostLevels {
  /** Number of references that every run has. */
  readonly references: number;
  /** The level of each run, without those of its forks that the references missed. */
  readonly runs: Sides<readonly number[]>;
  /** The level at each process of each reference, as far as its fork measured them. */
  readonly forks: Sides<readonly ReadonlyMap<number, number>[]>;
}

/**
 * The host's levels: at each fork the mean of the references' logarithms, the geometric mean of several controls being what
 * normalises best where any of them moves by itself (J. Vandesompele et al., "Accurate Normalization of Real-Time Quantitative
 * RT-PCR Data by Geometric Averaging of Multiple Internal Control Genes", Genome Biology 3, 2002).
 *
 * A reference that a fork lacks is left out there by its distance from its own mean, so that the level does not jump.
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
  const side = (name: keyof Sides<unknown>, run: number) =>
    levelsOfRun(costs.flatMap(({ [name]: all }) => all[run] ?? []));
  const all = {
    baseline: Array.from({ length: runs.baseline }, (_, run) => side("baseline", run)),
    current: Array.from({ length: runs.current }, (_, run) => side("current", run)),
  };
  return {
    references: costs.length,
    runs: { baseline: all.baseline.map(({ level }) => level), current: all.current.map(({ level }) => level) },
    forks: { baseline: all.baseline.map(({ forks }) => forks), current: all.current.map(({ forks }) => forks) },
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

function levelsOfRun(references: readonly RunCosts[]): { level: number; forks: ReadonlyMap<number, number> } {
  const means = references.map(({ processes }) => mean(processes.map(({ log }) => log)));
  const level = mean(means);
  const deviations = new Map<number, number[]>();
  for (const [index, { processes }] of references.entries()) {
    for (const { fork, log } of processes) {
      deviations.set(fork, [...deviations.get(fork) ?? [], log - (means[index] ?? 0)]);
    }
  }
  return { level, forks: new Map([...deviations].map(([fork, values]) => [fork, level + mean(values)])) };
}
