/**
 * Quantiles of any number of values within a stated relative error, in bounded memory.
 *
 * @module
 */

import { requireQuantile } from "./observation.ts";
import { SketchArena, type SketchOptions } from "./sketch_arena.ts";
import { requireOptions } from "../../coordination/require_options.ts";
import { foundValue } from "../../coordination/found_value.ts";

export type { SketchOptions } from "./sketch_arena.ts";

const SMALLEST_ERROR = 0.00136, LARGEST_ERROR = 0.99, FEWEST_BUCKETS = 80, MOST_BUCKETS = 65_536;

/**
 * Counts values in buckets that grow by a constant factor, so that any quantile of them is known within a relative error.
 *
 * The value that it tells for quantile q differs from the one of rank ⌊q·(count − 1)⌋ by at most {@linkcode relativeError} times
 * that value, whatever the values are: Masson, Rim and Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with
 * Relative-Error Guarantees", VLDB 2019. The factor is 2^(2^−schema), as of native histograms of Prometheus and of OpenTelemetry's exponential
 * ones: two sketches can always be merged, and the merged one is what one sketch of all values would be.
 *
 * It begins with the coarsest schema that is exact enough. If the values then spread over more than `maxBuckets` buckets,
 * neighbours are merged in pairs, which is exact and about doubles the error: {@linkcode relativeError} tells what it is now.
 * With 160 buckets and 0.05 that is so beyond a spread of 2^19, with 2,048 and 0.01 beyond 2^31. Values up to 2^−128 count as zero.
 *
 * Beside what the object takes it needs two bytes for each value, however far values spread; or, as soon as that is less, half a byte for each
 * bucket from the lowest to the highest and each hexadecimal digit of its count: with 0.01, 107 bytes a decade for counts up to 15.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { QuantileSketch } from "./quantile_sketch.ts";
 *
 * const [a, b] = [1, 2].map(() => new QuantileSketch({ relativeError: 0.01, maxBuckets: 2_048 }));
 * for (let value = 1; value <= 500; value++) a!.record(value);
 * for (let value = 501; value <= 1_000; value++) b!.record(value);
 * a!.merge(b!);
 * assertEquals([a!.count, a!.sum, a!.min, a!.max], [1_000, 500_500, 1, 1_000]);
 * assert(Math.abs(a!.quantile(0.99) - 990) <= 9.9);
 * ```
 */
export class QuantileSketch {
  /** Most buckets it may have. */
  readonly maxBuckets: number;
  /** Has this sketch alone, its first. */
  readonly #arena: SketchArena;

  /**
   * Makes a sketch of nothing.
   *
   * @throws {RangeError} If an option is out of range.
   */
  constructor(options: SketchOptions) {
    requireSketchOptions("make a sketch", options);
    this.maxBuckets = options.maxBuckets;
    this.#arena = new SketchArena(options);
    this.#arena.reset(0);
  }

  /** How many values were recorded. */
  get count(): number {
    return this.#arena.count(0);
  }

  /** Their sum. */
  get sum(): number {
    return this.#arena.sum(0);
  }

  /** The smallest; 0 if there is none. */
  get min(): number {
    return this.#arena.min(0);
  }

  /** The largest; 0 if there is none. */
  get max(): number {
    return this.#arena.max(0);
  }

  /** Buckets grow by 2^(2^−schema): from 8, which is the finest, to −4. */
  get schema(): number {
    return this.#arena.scale(0).schema;
  }

  /** Largest relative error of a quantile. */
  get relativeError(): number {
    return this.#arena.scale(0).relativeError;
  }

  /** Counts a value; one that is not finite or below 0 is the caller's to refuse. */
  record(value: number): void {
    this.#arena.record(0, value);
  }

  /** Adds what another one counted; the other is not changed. */
  merge(other: QuantileSketch): void {
    if (!(other instanceof QuantileSketch)) {
      throw new TypeError(`Cannot merge ${foundValue(other)}: expected a QuantileSketch; pass one`);
    }
    this.#arena.merge(0, other.#arena, 0);
  }

  /**
   * Estimates a quantile: 0 and 1 are exact. NaN if nothing was recorded. It costs a pass over the buckets.
   *
   * @param q From 0 to 1.
   * @throws {RangeError} If it is not.
   */
  quantile(q: number): number {
    requireQuantile(q);
    return this.#arena.quantile(0, q);
  }

  /**
   * How many values are not above each power of two, or of 2^(2^−schema) if buckets are wider than that: from the last one that has none below
   * it to the first that has all. Exact, and the same bounds whatever the schema above 0 is.
   */
  *powersOfTwo(): Generator<{ readonly bound: number; readonly count: number }> {
    yield* this.#arena.powersOfTwo(0);
  }

  /** Forgets everything; the schema stays. */
  clear(): void {
    this.#arena.clear(0);
  }
}

/**
 * Checks how exact and large a sketch is to be.
 *
 * @param what What cannot be done if it cannot be.
 * @throws {RangeError} If an option is out of range.
 */
export function requireSketchOptions(what: string, options: SketchOptions): void {
  const { relativeError, maxBuckets } = requireOptions(what, options);
  if (!(relativeError >= SMALLEST_ERROR && relativeError <= LARGEST_ERROR)) {
    throw new RangeError(
      `Cannot ${what} with relativeError ${String(relativeError)}: expected a number from ${SMALLEST_ERROR} to ` +
        `${LARGEST_ERROR}; pass 0.01 for one percent`,
    );
  }
  if (!(Number.isInteger(maxBuckets) && maxBuckets >= FEWEST_BUCKETS && maxBuckets <= MOST_BUCKETS)) {
    throw new RangeError(
      `Cannot ${what} with maxBuckets ${String(maxBuckets)}: expected an integer from ${FEWEST_BUCKETS} to ` +
        `${MOST_BUCKETS}; fewer make it less exact`,
    );
  }
}
