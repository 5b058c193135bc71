/**
 * Recordings whose labels found no room in a thread.
 *
 * @module
 */

import { NOWHERE } from "../series.ts";

/** The registry's metric. */
export interface Folding {
  /** Counts recordings whose labels found no room; answers where the overflow series is. */
  fold(recordings: number): number;
}

/** Counts of threads, handed on to the registry's metric. */
export class Folds {
  readonly #metric: Folding;
  readonly #counts: { readonly row: number; told: number }[] = [];
  /** Where the metric's overflow series is, if threads have something for it. */
  slot = NOWHERE;

  /** @param metric The registry's. */
  constructor(metric: Folding) {
    this.#metric = metric;
  }

  /** Learns where a thread counts. */
  add(row: number): void {
    this.#counts.push({ row, told: 0 });
  }

  /** Tells what is new. */
  collect(doubles: Float64Array): void {
    for (const count of this.#counts) {
      const folded = doubles[count.row]!;
      if (folded === count.told) continue;
      this.slot = this.#metric.fold(folded - count.told);
      count.told = folded;
    }
  }
}
