/**
 * Statistics of samples: pure functions that are checked against published values.
 *
 * @module
 */

export { type BootstrapOptions, medianInterval } from "./bootstrap.ts";
export { hasDrift } from "./drift.ts";
export { type EquivalenceOptions, isIndistinguishableFromEmpty } from "./empty_loop.ts";
export { ratioToBaseline } from "./group_ratio.ts";
export { findLevelShift, type LevelShift } from "./level_shift.ts";
export { mean, standardDeviation } from "./moments.ts";
export { tukeyOutliers } from "./outliers.ts";
export { fitPowerLaw, type PowerLaw, type PowerLawPoint } from "./power_law.ts";
export { median, medianAbsoluteDeviation, quantile } from "./quantile.ts";
export { type RunningMedian, runningMedian } from "./running_median.ts";
export { type SortedSamples, sortSamples } from "./sorted_samples.ts";
export { isSteady, STEADY_WINDOWS } from "./steadiness.ts";
export { meanInterval, studentTQuantile } from "./student_t.ts";
export { type ForkValues, forkValues, summarize, type SummaryOptions } from "./summary.ts";
