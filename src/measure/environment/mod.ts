/**
 * The machine that a run measures on: what it is, how quiet it is, and what it did to a sample.
 *
 * @module
 */

export { type EnvironmentOptions, readEnvironment } from "./environment.ts";
export { exclusionCause } from "./exclusion.ts";
export { QuietnessMonitor } from "./quietness.ts";
export { type CounterReading, ThreadCounters } from "./thread_counters.ts";
