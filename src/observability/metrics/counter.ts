/**
 * A number that only grows.
 *
 * @module
 */

/**
 * One series of a counter: counts what happened since the program started.
 *
 * Whole increments are exact up to 2^53. An increment costs about what `+= 1` on a field costs.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Counter } from "./counter.ts";
 *
 * const served = new Counter();
 * served.inc();
 * served.inc(2);
 * assertEquals(served.value, 3);
 * ```
 */
export class Counter {
  #value = 0;

  /** The sum of all increments. */
  get value(): number {
    return this.#value;
  }

  /**
   * Adds to it.
   *
   * @param amount How much; finite, at least 0. Default 1.
   * @throws {RangeError} If the amount is negative or not finite: a counter never goes down, and a NaN would stay for good.
   * @throws {TypeError} If the amount is not a number.
   */
  inc(amount = 1): void {
    if (typeof amount !== "number" || !(amount >= 0 && amount < Infinity)) throw refusal(amount);
    this.#value += amount;
  }
}

function refusal(amount: unknown): Error {
  const message = `Cannot increment a counter by ${String(amount)}: expected a finite number, at least 0`;
  return typeof amount === "number"
    ? new RangeError(`${message}; use a gauge for what can go down`)
    : new TypeError(`${message}, got ${typeof amount}; pass a number`);
}
