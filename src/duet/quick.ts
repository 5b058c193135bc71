/**
 * What `--quick` changes in each pair of processes.
 *
 * @module
 */

import type { Settings } from "../measure/document.ts";
import type { DuetRounds } from "../measure/duet/mod.ts";

/**
 * Four pairs of samples: with half a minute to spend, more processes tell more than more samples. Over 24 benchmarks on two shared
 * cores a pair of processes takes 5.6 s so, and effects of pairs of equal code spread by 1.9 %.
 */
export const QUICK_ROUNDS: DuetRounds = Object.freeze({ visits: 2, blocks: 1 });

/** Samples of 3 ms. The warm-up is that of a whole comparison: what it leaves of the compiler's work, no sample makes good. */
export const QUICK_TIME: Pick<Settings, "timeMs"> = Object.freeze({ timeMs: 72 });
