/**
 * The effects of a whole suite: what they have in common, the host's level and drift, is estimated once.
 *
 * @module
 */

import type { Sides } from "./circumstances.ts";
import { type Effect, effectOf } from "./effect.ts";
import { driftOfReferences, type HostDrift, widenedByBulk } from "./host_drift.ts";
import { type HostLevels, hostLevels, withoutHost } from "./host_levels.ts";
import { logCosts, type RunCosts } from "./log_costs.ts";
import { type Match, matchBenchmarks } from "./matching.ts";
import type { RunData } from "./run_data.ts";
import { type SideSpread, spreadOf } from "./spread.ts";

/** One benchmark with what was found. */
export interface Estimated {
  /** The benchmark on both sides. */
  readonly match: Match;
  /** Its costs, the host's level taken off. */
  readonly costs: Sides<readonly RunCosts[]>;
  /** The same, summed up. */
  readonly spreads: Sides<SideSpread>;
  /** How much it changed; null if a side has one process only. */
  readonly effect: Effect | null;
}

/** A suite with what was found. */
export interface Suite {
  /** Number of runs on each side. */
  readonly runs: Sides<number>;
  /** Its benchmarks. */
  readonly benchmarks: readonly Estimated[];
  /** The references that every run has; empty if there are fewer than two. */
  readonly references: readonly Match[];
  /** The host's levels by them, for each suite by those that were measured in its processes; empty without. */
  readonly levels: ReadonlyMap<string | null, HostLevels>;
  /** The drift between runs. */
  readonly drift: HostDrift;
}

/** Estimates how much each of the matched benchmarks changed. */
export function estimateSuite(sides: Sides<readonly RunData[]>, matches: readonly Match[]): Suite {
  const runs = { baseline: sides.baseline.length, current: sides.current.length };
  const candidates = matchBenchmarks(sides, "references").filter((matching) => matching.status === "matched").filter((
    { sides },
  ) => sides.baseline.length === runs.baseline && sides.current.length === runs.current);
  const levels = new Map<string | null, HostLevels>();
  for (const [suite, companions] of Map.groupBy(candidates, companionOf)) {
    const own = hostLevels(companions, runs);
    if (own !== null) levels.set(suite, own);
  }
  const references = candidates.filter((match) => levels.has(companionOf(match)));
  const drift = driftOfReferences(
    references.map((match) => withoutHost(logCosts(match), levels.get(companionOf(match)) ?? null)),
    [...levels.values()],
  );
  const summed = matches.map((match) => {
    const costs = withoutHost(logCosts(match), levels.get(match.identity.suite) ?? levels.get(null) ?? null);
    return { match, costs, spreads: { baseline: spreadOf(costs.baseline), current: spreadOf(costs.current) } };
  });
  const widened = widenedByBulk(drift, summed.map(({ spreads }) => spreads));
  const benchmarks = summed.map((benchmark) => ({ ...benchmark, effect: effectOf(benchmark.spreads, widened) }));
  return { runs, benchmarks, references, levels, drift: widened };
}

/** The suite in whose processes a reference was measured; null if it had processes of its own, and stands for every suite. */
function companionOf({ identity: { params: { suite } } }: Match): string | null {
  return typeof suite === "string" ? suite : null;
}
