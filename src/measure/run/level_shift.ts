/**
 * Steps in the middle of a fork: code that was compiled anew, or a host that changed.
 *
 * @module
 */

import { median, quantile, sortSamples } from "../statistics/mod.ts";

/** Fewest samples on either side of a step: as many as a short disturbance does not have. */
const MIN_SIDE = 6;

/** The smallest step that is told, as a share of the level. */
const MIN_STEP = 0.1;

/** The smallest step that is told, in interquartile ranges of the side that varies more. */
const MIN_CONTRAST = 2;

/**
 * Whether the level of a series of values has a step: a place that cuts it into two parts of at least six values, whose medians
 * differ by more than 10 % and by more than twice the interquartile range of either.
 *
 * In a series without a step whose values vary by up to 10 % (Gaussian) about one in a thousand is taken to have one.
 *
 * @param values In the order in which they were measured; above 0.
 */
export function hasLevelShift(values: readonly number[]): boolean {
  const logs = values.map(Math.log);
  if (!logs.every(Number.isFinite)) return false;
  for (let at = MIN_SIDE; at <= logs.length - MIN_SIDE; at++) {
    const [before, after] = [describe(logs.slice(0, at)), describe(logs.slice(at))];
    const step = Math.abs(after.level - before.level);
    if (step > Math.log1p(MIN_STEP) && step > MIN_CONTRAST * Math.max(before.spread, after.spread)) return true;
  }
  return false;
}

function describe(logs: readonly number[]): { readonly level: number; readonly spread: number } {
  const sorted = sortSamples(logs);
  return { level: median(sorted), spread: quantile(sorted, 0.75) - quantile(sorted, 0.25) };
}
