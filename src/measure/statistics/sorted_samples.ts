/** The samples' order, as a type. @module */

declare const sorted: unique symbol;

/** Finite numbers in ascending order, as {@linkcode sortSamples} makes them: what order statistics take. */
export type SortedSamples = Float64Array & { readonly [sorted]: true };

/**
 * Sorts a copy of `values`; O(n log n).
 *
 * @throws {RangeError} If a value is not finite: one NaN would silently spoil every order statistic.
 */
export function sortSamples(values: Iterable<number>): SortedSamples {
  const copy = Float64Array.from(values);
  for (let i = 0; i < copy.length; i++) {
    if (!Number.isFinite(copy[i])) {
      throw new RangeError(`Cannot sort samples: every value must be finite, value ${i} is ${copy[i]}`);
    }
  }
  return copy.sort() as SortedSamples;
}
