/** Whether a warm-up is over. @module */

import { median } from "./quantile.ts";
import { sortSamples } from "./sorted_samples.ts";

/** Windows that {@linkcode isSteady} looks at: the last so many. */
export const STEADY_WINDOWS = 6;

/**
 * Whether the last windows of a warm-up agree.
 *
 * @param windowNs One figure per window in the order of time: the lower quartile of its iterations' durations.
 * @returns false with fewer than {@linkcode STEADY_WINDOWS} windows.
 */
export function isSteady(windowNs: readonly number[]): boolean {
  if (windowNs.length < STEADY_WINDOWS) return false;
  const logs = windowNs.slice(-STEADY_WINDOWS).map(Math.log);
  if (!logs.every(Number.isFinite)) return false;
  const half = STEADY_WINDOWS / 2;
  const earlier = median(sortSamples(logs.slice(0, half)));
  const later = median(sortSamples(logs.slice(half)));
  const steps = logs.slice(1).map((value, index) => Math.abs(value - (logs[index] ?? value)));
  const tolerance = Math.max(0.03, 2 * median(sortSamples(steps)));
  const last = logs.at(-1) ?? later;
  return Math.abs(later - earlier) <= tolerance && Math.abs(last - earlier) <= tolerance;
}
