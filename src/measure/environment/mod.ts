/**
 * The machine that a run measures on: what it is, how quiet it is, and what it did during a sample.
 *
 * @module
 */

export { HelperThreads } from "./affinity.ts";
export { readEnvironment } from "./environment.ts";
export { readHostFacts } from "./host_facts.ts";
export { type Neighbour, neighboursBetween, readProcesses } from "./neighbours.ts";
export { type Observation, observe } from "./observation.ts";
export { QuietnessMonitor } from "./quietness.ts";
export { ThreadCounters } from "./thread_counters.ts";
