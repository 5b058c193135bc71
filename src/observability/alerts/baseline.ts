/**
 * What is usual.
 *
 * @module
 */

/**
 * Mean and variance of a value over time, weighted exponentially: what was read a half-life ago counts half. Between two readings the
 * value stands. (Update with weight w by Finch, "Incremental calculation of weighted mean and variance", 2009, section 9.)
 */
export class Baseline {
  readonly #halfLifeMs: number;
  readonly #minDeviation: number;
  #mean: number;
  #variance = 0;
  #value: number;
  #atMs: number;

  /** Begins with a value that stands from now on, as if it had ever been. */
  constructor(value: number, nowMs: number, options: { readonly halfLifeMs: number; readonly minDeviation: number }) {
    this.#halfLifeMs = options.halfLifeMs;
    this.#minDeviation = options.minDeviation;
    this.#mean = this.#value = value;
    this.#atMs = nowMs;
  }

  /** How many standard deviations a reading is above the mean of what was before it; it counts as long as it stands. */
  judge(value: number, nowMs: number): number {
    const weight = 1 - 2 ** (-Math.max(0, nowMs - this.#atMs) / this.#halfLifeMs), away = this.#value - this.#mean;
    this.#mean += weight * away;
    this.#variance = (1 - weight) * (this.#variance + weight * away * away);
    this.#value = value;
    this.#atMs = nowMs;
    const distance = value - this.#mean;
    // What rounding leaves of a constant is no deviation.
    return Math.abs(distance) <= 1e-9 * Math.abs(this.#mean)
      ? 0
      : distance / Math.max(Math.sqrt(this.#variance), this.#minDeviation);
  }

  /**
   * When the last reading, if it stands, will be within so many standard deviations; `Infinity` if it is.
   *
   * With a share q of the past left, the distance d has shrunk to qd and the variance v has become q(v + (1 - q)d²), so that they are
   * reached at q = n²(v + d²) / (d²(1 + n²)), or, by the least deviation m, at q = nm / |d|: whichever comes first.
   */
  withinMs(deviations: number): number {
    const squared = (this.#value - this.#mean) ** 2, most = deviations ** 2;
    if (squared === 0) return Infinity;
    const left = Math.max(
      most * (this.#variance + squared) / (squared * (1 + most)),
      deviations * this.#minDeviation / Math.sqrt(squared),
    );
    return left >= 1 ? Infinity : this.#atMs - this.#halfLifeMs * Math.log2(left);
  }
}
