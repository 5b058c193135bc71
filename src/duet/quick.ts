/**
 * What `--quick` changes in each pair of processes.
 *
 * @module
 */

import type { Settings } from "../measure/document.ts";
import type { DuetRounds } from "../measure/duet/mod.ts";

/** Eight pairs of samples: with half a minute to spend, more processes tell more than more samples. */
export const QUICK_ROUNDS: DuetRounds = Object.freeze({ visits: 2, blocks: 2 });

/** A shorter warm-up; below 100 ms changes of the compiler's tier fall into the measurement. */
export const QUICK_WARMUP: Pick<Settings, "warmupMs" | "maxWarmupMs"> = Object.freeze({
  warmupMs: 100,
  maxWarmupMs: 150,
});
