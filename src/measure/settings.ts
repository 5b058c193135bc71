/**
 * What a run is asked to do when nothing else is said.
 *
 * @module
 */

import type { Settings } from "./document.ts";

/** Defaults of a run whose figures are to be compared; the seed is drawn anew for each run unless given. */
export const DEFAULT_SETTINGS: Omit<Settings, "seed"> = Object.freeze({
  forks: 8,
  rounds: 24,
  timeMs: 120,
  iterations: null,
  warmupMs: 120,
  maxWarmupMs: 1000,
  timeoutMs: 60_000,
  filter: null,
  quick: false,
  isolateVm: false,
});

/** Defaults of `--quick`: about ten seconds for fifty benchmarks, good enough to see that they work and how fast they are. */
export const QUICK_SETTINGS: Omit<Settings, "seed"> = Object.freeze({
  ...DEFAULT_SETTINGS,
  forks: 2,
  rounds: 8,
  timeMs: 24,
  warmupMs: 40,
  maxWarmupMs: 200,
  quick: true,
});
