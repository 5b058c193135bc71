/**
 * When a warm-up is over.
 *
 * @module
 */

import { quantile } from "./quantile.ts";
import { sortSamples } from "./sorted_samples.ts";

/** Fewest windows that can be steady. */
export const STEADY_WINDOWS = 8;

/** Difference that is accepted in any case, on a log scale. */
const TOLERANCE = 0.03;

/**
 * Whether a warm-up has become steady: the two quarters that make up the later half of its windows agree.
 *
 * That half is cut in two; each part is represented by its lower quartile on a log scale, which one slow window in four does
 * not move. They agree if they differ by at most 3 %, or by at most the noise: the distance from the lower quartile to the
 * 58th percentile within a part, the smaller of the two, so that a part with a step in it cannot excuse the step. The last
 * window must not be faster than its part by more than this either: noise slows down, but a compiler that has just finished
 * speeds up. As the windows grow in number so does the span that is compared, by which slow drifts are found out.
 *
 * Errors, by simulation with windows that vary by 2 % and are up to twice as slow once in ten:
 * - Nine of ten levels that never change are steady at the earliest moment, after eight windows, the rest one or two windows
 *   later; where windows vary by 10 % it is four of ten, and three windows later.
 * - A change within the first six windows is mistaken for steadiness in less than 1 % of the cases. If it shows in the eighth
 *   window only, a change to half the time is so in 1 %, one by a quarter in 6 %.
 * - A decay is typically stopped with 1 % left to go; in one case of twenty with 5 % if it halves every four windows, with 40 %
 *   if it halves every ten.
 * - Drift of less than 3 % from one quarter to the next is not seen, nor is a change that comes later.
 *
 * @param windowNs One figure per window, in the order of time, for instance the lower quartile of the iterations' durations.
 * @returns false with fewer than {@linkcode STEADY_WINDOWS} windows, or if a window has no time above 0.
 */
export function isSteady(windowNs: readonly number[]): boolean {
  if (windowNs.length < STEADY_WINDOWS) return false;
  const logs = windowNs.slice(-Math.max(STEADY_WINDOWS, Math.ceil(windowNs.length / 2))).map(Math.log);
  if (!logs.every(Number.isFinite)) return false;
  const half = logs.length >> 1;
  const earlier = describePart(logs.slice(0, half));
  const later = describePart(logs.slice(-half));
  const tolerance = Math.max(TOLERANCE, Math.min(earlier.noise, later.noise));
  const last = logs.at(-1) ?? later.level;
  return Math.abs(later.level - earlier.level) <= tolerance && last >= later.level - tolerance;
}

function describePart(logs: readonly number[]): { readonly level: number; readonly noise: number } {
  const sorted = sortSamples(logs);
  const level = quantile(sorted, 0.25);
  return { level, noise: quantile(sorted, 7 / 12) - level };
}
