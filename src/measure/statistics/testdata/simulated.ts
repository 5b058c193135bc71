/**
 * Simulated samples, for the error rates of tests and intervals.
 *
 * @module
 */

import { createRandom, type Random } from "../../random.ts";

/** Draws normal values: G. Box and M. Muller (Annals of Mathematical Statistics 29, 1958). */
export class Simulation {
  readonly #random: Random;

  /** Equal seeds give equal values. */
  constructor(seed: number) {
    this.#random = createRandom(seed);
  }

  /** A standard normal value. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#random.nextFloat()));
    return radius * Math.cos(2 * Math.PI * this.#random.nextFloat());
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.#random.nextFloat() < p;
  }

  /** A duration as benchmarks have them: rarely much faster than `center`, often slower, and now and then much slower. */
  duration(center: number, spread: number): number {
    const z = this.normal();
    const skewed = z > 0 ? 1.8 * z : 0.5 * z;
    return center * Math.exp(spread * (skewed + (this.chance(0.05) ? 5 * this.#random.nextFloat() : 0)));
  }
}

/** How often `trial` is true, in `count` trials. */
export function rateOf(count: number, trial: () => boolean): number {
  let hits = 0;
  for (let i = 0; i < count; i++) if (trial()) hits++;
  return hits / count;
}
