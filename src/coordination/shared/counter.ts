/**
 * A number that threads count in.
 *
 * @module
 */

import { foundValue } from "../found_value.ts";
import {
  createPart,
  handleOf,
  openHandle,
  type SharedHandle,
  type SharedPart,
  type SharedPrimitiveOptions,
  STATE_AT,
} from "./handle.ts";
import type { SharedSnapshot } from "./snapshot.ts";
import { requireOptions } from "../require_options.ts";

/** How a shared counter stands: nobody ever holds it, or waits for it. */
export interface SharedCounterSnapshot extends Pick<SharedSnapshot<"counter">, "type" | "name"> {
  /** What it had come to at one moment of the call; others may have added to it since. */
  readonly value: bigint;
}

/**
 * A 64-bit signed integer that tasks of any thread add to: exact, and never half written, whoever dies.
 *
 * One atomic operation each, no lock. Beyond 2^63 - 1 it wraps around.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SharedCounter } from "./counter.ts";
 *
 * const served = SharedCounter.create(), elsewhere = SharedCounter.attach(served.handle);
 * elsewhere.add(2);
 * assertEquals([served.add(-1n), elsewhere.value], [1n, 1n]);
 * assertEquals([served.compareAndSet(1n, 5n), served.compareAndSet(1n, 6n), served.value], [true, false, 5n]);
 * ```
 */
export class SharedCounter {
  readonly #part: SharedPart<"counter">;
  readonly #words: BigInt64Array<SharedArrayBuffer>;

  private constructor(part: SharedPart<"counter">) {
    this.#part = part;
    this.#words = new BigInt64Array(part.buffer);
  }

  /**
   * Makes a counter at 0.
   *
   * @throws {TypeError} If the name is none.
   */
  static create(options: Pick<SharedPrimitiveOptions, "name"> = {}): SharedCounter {
    return new SharedCounter(
      createPart("counter", requireOptions("open a shared counter", options), { byteLength: (STATE_AT + 2) * 4 }),
    );
  }

  /**
   * Opens the counter of another thread in this one.
   *
   * @throws {TypeError} If it is no handle, of another primitive, or of another version of this library.
   * @throws {SharedThreadsFullError} If 256 threads take part, and all live.
   */
  static attach(handle: SharedHandle<"counter">): SharedCounter {
    return new SharedCounter(openHandle(handle, "counter"));
  }

  /** What another thread needs for {@linkcode attach}: plain data for `postMessage`. */
  get handle(): SharedHandle<"counter"> {
    return handleOf(this.#part);
  }

  /** What it has come to. */
  get value(): bigint {
    return Atomics.load(this.#words, VALUE_AT);
  }

  /**
   * Adds to it; answers what it has come to.
   *
   * @param delta A bigint in [-2^63, 2^63 - 1], or an integer in ±(2^53 - 1). Default 1.
   * @throws {RangeError} If it is none.
   */
  add(delta: number | bigint = 1n): bigint {
    const step = typeof delta === "bigint" ? requireInt64("add", delta) : toBigInt(delta);
    return BigInt.asIntN(64, Atomics.add(this.#words, VALUE_AT, step) + step);
  }

  /**
   * Replaces `expected` by `value`; false, and nothing has changed, if it is another number.
   *
   * @param expected An integer in [-2^63, 2^63 - 1].
   * @param value An integer in [-2^63, 2^63 - 1].
   * @throws {RangeError} If one of them is out of range.
   */
  compareAndSet(expected: bigint, value: bigint): boolean {
    requireInt64("expect", expected);
    requireInt64("set", value);
    return Atomics.compareExchange(this.#words, VALUE_AT, expected, value) === expected;
  }

  /** How the counter stands. */
  snapshot(): SharedCounterSnapshot {
    const { type, name } = this.#part;
    return { type, name, value: this.value };
  }
}

/** In 64-bit words. */
const VALUE_AT = STATE_AT / 2;

function toBigInt(delta: number): bigint {
  if (Number.isSafeInteger(delta)) return BigInt(delta);
  throw new RangeError(
    `Cannot add ${foundValue(delta)} to a shared counter: expected an integer in ±(2^53 - 1); pass a bigint for more`,
  );
}

function requireInt64(action: "add" | "expect" | "set", value: bigint): bigint {
  if (typeof value === "bigint" && BigInt.asIntN(64, value) === value) return value;
  throw new RangeError(
    `Cannot ${action} ${
      foundValue(value)
    } in a shared counter: expected an integer in [-2^63, 2^63 - 1]; pass one in that range`,
  );
}
