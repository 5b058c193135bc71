/**
 * How often a suite of identical code alarms.
 *
 * @module
 */

import type { Verdict } from "../compare/comparison.ts";
import type { Estimate } from "../measure/document.ts";
import { createRandom } from "../measure/random.ts";
import type { Pool } from "./pool.ts";
import { boundWithoutSuccess, proportion } from "./proportion.ts";
import { type Procedure, type ReplayedSuite, replaySuite } from "./replay.ts";

/** What an experiment on identical code found. */
export interface FalseAlarms {
  /** Suites that were simulated. */
  readonly suites: number;
  /** Those of them in which a benchmark came out slower or faster. */
  readonly alarms: number;
  /** Their share; its interval holds the error of the simulation and that of so small a pool. */
  readonly rate: Estimate;
  /** Standard error of the rate for want of more measured pairs; part of the interval. */
  readonly poolError: number;
  /** Suites that the measured pairs make without using one twice. */
  readonly independentSuites: number;
  /** What those alone, had none of them alarmed, would leave possible (the rule of three). */
  readonly independentBound: number;
  /** Share of each verdict over all benchmarks. */
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** Mean time of a comparison, in milliseconds. */
  readonly meanMs: number;
}

/** How many simulations, and which. */
export interface ExperimentOptions {
  /** Suites to simulate, at least 1. */
  readonly suites: number;
  /** Seed of the draws. */
  readonly seed: number;
  /** Ends it early, with an error. */
  readonly signal?: AbortSignal | undefined;
}

/** Simulates suites of identical code. */
export async function countFalseAlarms(
  pool: Pool,
  procedure: Procedure,
  { suites, seed, signal }: ExperimentOptions,
): Promise<FalseAlarms> {
  const random = createRandom(seed);
  const replayed: ReplayedSuite[] = [];
  for (let i = 0; i < suites; i++) {
    signal?.throwIfAborted();
    replayed.push(await replaySuite(pool, procedure, () => pool.drawAlike(random)));
  }
  const alarmed = replayed.map(({ verdicts }) => hasAlarm([...verdicts.values()]));
  const alarms = alarmed.filter(Boolean).length;
  const simulated = proportion(alarms, suites);
  const poolError = jackknifeError(replayed.map(({ draws }, index) => ({ draws, value: alarmed[index] ? 1 : 0 })));
  const pairsEach = mean(replayed.map(({ draws }) => draws.reduce((sum, count) => sum + count, 0)));
  const independentSuites = Math.floor(pool.size / pairsEach);
  return {
    suites,
    alarms,
    rate: widened(simulated, poolError),
    poolError,
    independentSuites,
    independentBound: boundWithoutSuccess(independentSuites),
    verdicts: shares(replayed.flatMap(({ verdicts }) => [...verdicts.values()])),
    meanMs: mean(replayed.map(({ elapsedMs }) => elapsedMs)),
  };
}

/** Whether a comparison of identical code says that something changed. */
export function hasAlarm(verdicts: readonly Verdict[]): boolean {
  return verdicts.some((verdict) => verdict === "slower" || verdict === "faster");
}

/** Share of each verdict. */
export function shares(verdicts: readonly Verdict[]): Readonly<Record<Verdict, number>> {
  const share = (wanted: Verdict) =>
    verdicts.length === 0 ? 0 : verdicts.filter((verdict) => verdict === wanted).length / verdicts.length;
  return {
    slower: share("slower"),
    faster: share("faster"),
    same: share("same"),
    inconclusive: share("inconclusive"),
  };
}

/**
 * The standard error of a simulated mean that is due to the pool from which the simulations draw: the infinitesimal jackknife
 * (B. Efron, "Estimation and Accuracy After Model Selection", Journal of the American Statistical Association 109, 2014,
 * theorem 1): the root of the sum, over the pool's members, of the squared covariance between how often a member was drawn and the
 * value, less what the simulation's own error adds to it (his remark K).
 *
 * @param simulations How often each member was drawn, and what came of it.
 */
export function jackknifeError(
  simulations: readonly { readonly draws: readonly number[]; readonly value: number }[],
): number {
  const center = mean(simulations.map(({ value }) => value));
  const members = simulations[0]?.draws.length ?? 0;
  let variance = 0;
  for (let member = 0; member < members; member++) {
    const products = simulations.map(({ draws, value }) => {
      const expected = draws.reduce((sum, count) => sum + count, 0) / members;
      return ((draws[member] ?? 0) - expected) * (value - center);
    });
    const covariance = mean(products);
    const noise = mean(products.map((product) => (product - covariance) ** 2)) / products.length;
    variance += covariance ** 2 - noise;
  }
  return Math.sqrt(Math.max(0, variance));
}

const Z = 1.959964;

/** An interval of a rate, widened by an independent standard error. */
function widened({ point, low, high, level }: Estimate, error: number): Estimate {
  return {
    point,
    low: Math.max(0, point - Math.hypot(point - low, Z * error)),
    high: Math.min(1, point + Math.hypot(high - point, Z * error)),
    level,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
