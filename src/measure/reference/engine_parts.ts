/**
 * Bodies that lean on parts of the engine which ordinary code uses seldom: errors, generators, the clock.
 *
 * @module
 */

import type { DefineBenchmark } from "../definition.ts";

function fail(turn: number): never {
  throw new RangeError(turn % 2 === 0 ? "even" : "odd");
}

/** An error thrown two calls deep, and caught. */
export function tryCatchThrow(bench: DefineBenchmark): void {
  bench("try_catch_throw", { setup: () => ({ turn: 0 }) }, (state) => {
    const turn = state.turn = (state.turn + 1) % 1024;
    try {
      return fail(turn);
    } catch (error) {
      return error instanceof RangeError && error.message.length === (turn % 2 === 0 ? 4 : 3);
    }
  });
}

function* count(limit: number): Generator<number> {
  for (let i = 0; i < limit; i++) yield i;
}

/** A generator that yields 20 numbers, run to its end. */
export function generator20(bench: DefineBenchmark): void {
  bench("generator_20", { setup: () => ({ limit: 20 }) }, ({ limit }) => {
    let total = 0;
    for (const number of count(limit)) total += number;
    return total === 190;
  });
}

/** Two readings of the clock. */
export function clockReading(bench: DefineBenchmark): void {
  bench("clock", () => {
    const before = performance.now();
    return performance.now() >= before;
  });
}
