/**
 * Mean and standard deviation.
 *
 * @module
 */

/**
 * The arithmetic mean, by a running update that keeps the small digits of large values; O(n).
 *
 * @throws {RangeError} Without values.
 */
export function mean(values: ArrayLike<number>): number {
  const first = values[0];
  if (first === undefined) throw new RangeError("Cannot take a mean: at least one value is needed, there are 0");
  let offset = 0; // from the first value, which is as large as the others: what is summed up is small
  for (let i = 1; i < values.length; i++) offset += ((values[i] ?? 0) - first - offset) / (i + 1);
  return first + offset;
}

/**
 * The sample standard deviation (divisor n - 1), 0 for one value; O(n).
 *
 * In two passes, with the rounding error of the mean taken off again: the corrected algorithm of T. Chan, G. Golub and
 * R. LeVeque, "Algorithms for Computing the Sample Variance" (The American Statistician 37, 1983), equation 1.7.
 *
 * @throws {RangeError} Without values.
 */
export function standardDeviation(values: ArrayLike<number>): number {
  const center = mean(values);
  if (values.length === 1) return 0;
  let squares = 0;
  let residue = 0;
  for (let i = 0; i < values.length; i++) {
    const deviation = (values[i] ?? 0) - center;
    squares += deviation * deviation;
    residue += deviation;
  }
  return Math.sqrt(Math.max(0, squares - residue * residue / values.length) / (values.length - 1));
}
