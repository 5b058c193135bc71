/**
 * How often a change of known size is found.
 *
 * @module
 */

import type { Verdict } from "../compare/comparison.ts";
import type { Estimate } from "../measure/document.ts";
import { createRandom } from "../measure/random.ts";
import type { ExperimentOptions } from "./false_alarms.ts";
import { type DrawnPair, type Pool, slowed } from "./pool.ts";
import { proportion } from "./proportion.ts";
import { type Procedure, replaySuite } from "./replay.ts";

/** What is made slower. */
export type Changed = "one" | "all";

/** A change that a simulation makes. */
export interface Change {
  /** Its size: 0.1 for 10 % slower. */
  readonly size: number;
  /** How much of it is measured, on logarithms; 1 for all. */
  readonly yield: number;
  /** Whether one benchmark of each suite is slower, each in its turn, or all of them. */
  readonly changed: Changed;
  /** Pairs whose B really was slower by that much; null: the samples of identical code are multiplied instead. */
  readonly injected: Pool | null;
}

/** How often it was found. */
export interface Power {
  /** Size of the change. */
  readonly size: number;
  /** Whether one or all were changed. */
  readonly changed: Changed;
  /** Whether the slower pairs were measured, or samples of identical code multiplied. */
  readonly source: "injected" | "multiplied";
  /** Changed benchmarks that were simulated. */
  readonly benchmarks: number;
  /** Share of them that came out slower, with the simulation's interval. */
  readonly found: Estimate;
  /** Share of them that came out the same: a wrong verdict if the change is beyond the threshold. */
  readonly calledSame: Estimate;
  /** Share of changes found in the benchmark that fares worst; null with fewer than 20 simulations of each. */
  readonly worst: { readonly id: string; readonly found: number } | null;
}

const FEWEST_OF_EACH = 20;

/** Simulates suites in which something became slower. */
export async function measurePower(
  alike: Pool,
  procedure: Procedure,
  change: Change,
  { suites, seed, signal }: ExperimentOptions,
): Promise<Power> {
  const random = createRandom(seed);
  const { size, changed, injected } = change;
  const factor = (1 + size) ** change.yield;
  const ids = injected === null ? alike.ids : alike.ids.filter((id) => injected.ids.includes(id));
  const found = new Map<string, Verdict[]>(ids.map((id) => [id, []]));
  for (let i = 0; i < suites; i++) {
    signal?.throwIfAborted();
    const one = ids[i % ids.length];
    const isChanged = (id: string) => changed === "all" || id === one;
    const draw = () => {
      const pair = alike.drawAlike(random);
      if (injected === null) return slowed(pair, (id) => isChanged(id) ? factor : 1);
      return mixed(pair, injected.drawSlowed(random), isChanged);
    };
    const { verdicts } = await replaySuite(alike, procedure, draw);
    for (const [id, verdict] of verdicts) if (isChanged(id)) found.get(id)?.push(verdict);
  }
  const all = [...found.values()].flat();
  const count = (verdict: Verdict) => all.filter((one) => one === verdict).length;
  return {
    size,
    changed,
    source: injected === null ? "multiplied" : "injected",
    benchmarks: all.length,
    found: proportion(count("slower"), Math.max(1, all.length)),
    calledSame: proportion(count("same"), Math.max(1, all.length)),
    worst: worstOf(found),
  };
}

/** A pair of identical code in which some benchmarks are those of another pair. */
function mixed(pair: DrawnPair, other: DrawnPair, isOther: (id: string) => boolean): DrawnPair {
  const measured = new Map(
    [...pair.measured].map(([id, measurement]) =>
      [id, isOther(id) ? other.measured.get(id) ?? measurement : measurement] as const
    ),
  );
  return { ...pair, measured };
}

function worstOf(found: ReadonlyMap<string, readonly Verdict[]>): Power["worst"] {
  let worst: Power["worst"] = null;
  for (const [id, verdicts] of found) {
    if (verdicts.length < FEWEST_OF_EACH) return null;
    const share = verdicts.filter((verdict) => verdict === "slower").length / verdicts.length;
    if (worst === null || share < worst.found) worst = { id, found: share };
  }
  return worst;
}
