/**
 * Means and standard deviation.
 *
 * @module
 */

/**
 * The arithmetic mean; O(n).
 *
 * What is summed up are the distances from the first value, so that values which are large and close together keep their digits.
 *
 * @throws {RangeError} Without values.
 */
export function mean(values: ArrayLike<number>): number {
  const first = values[0];
  if (first === undefined) throw new RangeError("Cannot take a mean: at least one value is needed, there are 0");
  let sum = 0;
  for (let i = 1; i < values.length; i++) sum += (values[i] ?? 0) - first;
  return first + sum / values.length;
}

/**
 * The mean of what is left when a share of the values, rounded down to whole ones, is cut off at each end; O(n log n). So many
 * values may be anything without moving it far.
 *
 * @param share In [0, 0.5).
 * @throws {RangeError} Without values.
 */
export function trimmedMean(values: readonly number[], share: number): number {
  const cut = Math.floor(share * values.length);
  return mean(inOrder(values).slice(cut, values.length - cut));
}

/** Up to so many values are in order by insertion within a third of the time that it takes to call V8's sort. */
const FEW = 24;

function inOrder(values: readonly number[]): number[] | Float64Array {
  if (values.length > FEW) return new Float64Array(values).sort();
  const sorted = values.slice();
  for (let i = 1; i < sorted.length; i++) {
    const value = sorted[i]!;
    let at = i;
    for (; at > 0 && sorted[at - 1]! > value; at--) sorted[at] = sorted[at - 1]!;
    sorted[at] = value;
  }
  return sorted;
}

/**
 * The sample standard deviation (divisor n - 1), 0 for one value; O(n).
 *
 * In two passes: the textbook's single pass, the mean of the squares less the square of the mean, loses all digits where the
 * spread is small (T. Chan, G. Golub and R. LeVeque, "Algorithms for Computing the Sample Variance", The American Statistician
 * 37, 1983).
 *
 * @throws {RangeError} Without values.
 */
export function standardDeviation(values: ArrayLike<number>): number {
  const center = mean(values);
  if (values.length === 1) return 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += ((values[i] ?? 0) - center) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
