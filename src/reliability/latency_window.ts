/**
 * What is usual lately.
 *
 * @module
 */

/** How many new durations come before the percentile is looked at again: sorting at every call would be dear. */
const RENEWED_AFTER = 16;

/** The last durations, and a percentile of them that lags behind by a few. */
export class LatencyWindow {
  readonly #ring: Float64Array;
  readonly #percentile: number;
  #count = 0;
  #valueMs: number;

  /** Says `initialMs` until it has seen {@linkcode RENEWED_AFTER} durations; keeps the last `size`. */
  constructor(percentile: number, initialMs: number, size: number) {
    this.#percentile = percentile;
    this.#valueMs = initialMs;
    this.#ring = new Float64Array(size);
  }

  /** The percentile, in milliseconds: the smallest duration that so large a share of them do not exceed. */
  get valueMs(): number {
    return this.#valueMs;
  }

  /** Adds a duration. */
  add(durationMs: number): void {
    this.#ring[this.#count++ % this.#ring.length] = durationMs;
    if (this.#count % RENEWED_AFTER !== 0) return;
    const known = this.#ring.slice(0, this.#count).sort();
    this.#valueMs = known[Math.ceil(known.length * this.#percentile) - 1]!;
  }
}
