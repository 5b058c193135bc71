/**
 * How a pair of processes measures.
 *
 * @module
 */

import type { Settings } from "../document.ts";
import { DEFAULT_SETTINGS } from "../settings.ts";

/** How often a benchmark has its turn in a pair of processes, and for how long. */
export interface DuetRounds {
  /** Turns of each benchmark, at least 1. */
  readonly visits: number;
  /** Blocks of two pairs of samples in each turn, at least 1. */
  readonly blocks: number;
}

/** Twelve pairs of samples: past 24 they add less than what another pair of processes does, and that costs 3 s to set up. */
export const DUET_ROUNDS: DuetRounds = Object.freeze({ visits: 3, blocks: 2 });

/**
 * Settings of the two processes: samples of 5 ms. A warm-up of less than 120 ms leaves changes of the compiler's tier within
 * the measurement; a longer one for what is not steady after 160 ms, as little is on a busy host, would cost the suite more than
 * it brings.
 */
export const DUET_SETTINGS: Omit<Settings, "seed"> = Object.freeze({
  ...DEFAULT_SETTINGS,
  maxWarmupMs: 160,
  timeoutMs: 10_000,
});
