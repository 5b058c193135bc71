/**
 * Statistics of samples: pure functions that are checked against published values.
 *
 * @module
 */

export { hasDrift } from "./drift.ts";
export { isIndistinguishableFromEmpty } from "./empty_loop.ts";
export { ratioToBaseline } from "./group_ratio.ts";
export { findLevelShift } from "./level_shift.ts";
export { mean, standardDeviation } from "./moments.ts";
export { fitPowerLaw } from "./power_law.ts";
export { median, quantile } from "./quantile.ts";
export { runningMedian } from "./running_median.ts";
export { sortSamples } from "./sorted_samples.ts";
export { isSteady, STEADY_WINDOWS } from "./steadiness.ts";
export { meanInterval, studentTQuantile } from "./student_t.ts";
export { type ForkValues, forkValues, summarize } from "./summary.ts";
