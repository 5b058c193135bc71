/**
 * The order of samples, as a type: what needs it sorted cannot be given anything else.
 *
 * @module
 */

declare const sorted: unique symbol;

/** Finite numbers in ascending order, made by {@linkcode sortSamples}. */
export type SortedSamples = Float64Array & { readonly [sorted]: true };

/**
 * Sorts a copy of `values`; O(n log n).
 *
 * @throws {RangeError} If a value is not finite: one NaN among them would silently spoil every order statistic.
 */
export function sortSamples(values: Iterable<number>): SortedSamples {
  const copy = Array.isArray(values) || values instanceof Float64Array
    ? new Float64Array(values)
    : Float64Array.from(values);
  for (let i = 0; i < copy.length; i++) {
    if (Number.isFinite(copy[i])) continue;
    throw new RangeError(`Cannot sort samples: every value must be finite, value ${i} is ${copy[i]}`);
  }
  return copy.sort() as SortedSamples; // the one place where the brand is given
}
