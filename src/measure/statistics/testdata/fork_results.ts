/**
 * Fork results made by hand.
 *
 * @module
 */

import type { ExclusionCause, ForkResult } from "../../document.ts";

/** What matters of a fork's result to its statistics. */
export interface ForkParts {
  /** Number of the fork. */
  readonly fork?: number;
  /** Wall time of each sample. */
  readonly wallNs: readonly number[];
  /** Iterations of a sample. */
  readonly batchSize?: number;
  /** The empty loop's share. */
  readonly overheadNs?: number;
  /** Excluded samples: cause by index. */
  readonly excluded?: Readonly<Record<number, ExclusionCause>>;
}

/** A fork's result with these parts. */
export function forkResult({ fork = 0, wallNs, batchSize = 1, overheadNs = 0, excluded = {} }: ForkParts): ForkResult {
  return {
    fork,
    batchSize,
    overheadNs,
    warmup: { iterations: 100, durationMs: 120, steady: true },
    samples: {
      wallNs,
      cpuNs: null,
      runQueueDelayNs: null,
      involuntarySwitches: null,
      startMs: wallNs.map((_, index) => index),
      excluded: Object.entries(excluded).map(([index, cause]) => ({ index: Number(index), cause })),
      garbageCollected: null,
    },
  };
}
