/**
 * How fast the processor calculates, by chains in which each operation waits for the one before.
 *
 * @module
 */

import type { DefineBenchmark } from "../definition.ts";

/** Steps of a chain in one iteration. */
const STEPS = 1_000;

/** 32-bit integer operations in one iteration: six a step. */
export const INTEGER_OPERATIONS = 6 * STEPS;

/**
 * Shifts and exclusive ors of 32-bit integers in a dependent chain: G. Marsaglia's xorshift ("Xorshift RNGs", Journal of
 * Statistical Software 8, 2003), which never comes to 0. Nothing but the state is touched: it tells clock rate and integer unit.
 * People read Mop/s, millions of operations a second.
 */
export function integer(bench: DefineBenchmark): void {
  bench("integer", { setup: () => ({ x: 2_463_534_242 | 0 }) }, (state) => {
    let x = state.x;
    for (let step = 0; step < STEPS; step++) {
      x ^= x << 13;
      x ^= x >>> 17;
      x ^= x << 5;
    }
    state.x = x;
    return x !== 0;
  });
}

/** Operations of double precision in one iteration: two a step. */
export const FLOAT_OPERATIONS = 2 * STEPS;

/**
 * Multiplications and subtractions of double precision in a dependent chain: the quadratic map `x = 1.7 - x²`, which stays
 * between -1.2 and 1.7 without ever settling. It tells the latency of the floating-point unit. People read Mop/s.
 */
export function float(bench: DefineBenchmark): void {
  bench("float", { setup: () => ({ x: 0.123_456_789 }) }, (state) => {
    let x = state.x;
    for (let step = 0; step < STEPS; step++) x = 1.7 - x * x;
    state.x = x;
    return x < 2 && x > -2;
  });
}
