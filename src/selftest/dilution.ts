/**
 * How much of an injected slowdown is measured.
 *
 * @module
 */

import { pairEffect } from "../compare/sequential/mod.ts";
import type { Estimate } from "../measure/document.ts";
import { mean, meanInterval } from "../measure/statistics/mod.ts";
import { trimmedMean } from "../measure/statistics/moments.ts";
import type { Pool } from "./pool.ts";

/** What an injected slowdown reads as. */
export interface Dilution {
  /** The slowdown that was injected: 1.1 for 10 %. */
  readonly slowdown: number;
  /** Pairs of processes. */
  readonly pairs: number;
  /**
   * The ratio that was measured: geometric mean over benchmarks (without the extreme eighths) and pairs, with Student's interval over the pairs; null with fewer
   * than two pairs.
   */
  readonly ratio: Estimate | null;
  /** The measured effect over the injected one, on logarithms: 1 if nothing is diluted. */
  readonly yield: number;
}

/** An interval of the yield that is wider than this says nothing of it. */
const MAX_WIDTH = 0.5;

/** The yield that simulated changes have: the measured one, or all of it where too few pairs were measured to tell. */
export function usableYield(dilution: Dilution | undefined): number {
  if (dilution === undefined || dilution.ratio === null) return 1;
  const { low, high } = dilution.ratio;
  return Math.log(high / low) / Math.log(dilution.slowdown) <= MAX_WIDTH ? dilution.yield : 1;
}

/** The extreme eighths: some processes settle in another state, which says nothing of what a slowdown reads as. */
const TRIMMED_SHARE = 1 / 8;

/** Compares the measured effects of slowed pairs with what was injected; null without a pair. */
export function measureDilution(pool: Pool, slowdown: number): Dilution | null {
  const effects = pool.pairs().flatMap(({ measured }) => {
    const own = pool.ids.flatMap((id) => {
      const measurement = measured.get(id);
      const effect = measurement === undefined ? null : pairEffect(measurement.pairs);
      return effect === null ? [] : [effect];
    });
    return own.length === 0 ? [] : [trimmedMean(own, TRIMMED_SHARE)];
  });
  if (effects.length === 0) return null;
  const interval = meanInterval(effects, 0.95);
  return {
    slowdown,
    pairs: effects.length,
    ratio: interval === null
      ? null
      : { point: Math.exp(interval.point), low: Math.exp(interval.low), high: Math.exp(interval.high), level: 0.95 },
    yield: mean(effects) / Math.log(slowdown),
  };
}
