/** Mean and standard deviation. @module */

/**
 * The arithmetic mean, by a running update that neither overflows nor loses the small digits of large values. O(n).
 *
 * @throws {RangeError} Without values.
 */
export function mean(values: ArrayLike<number>): number {
  return moments(values, "mean").mean;
}

/**
 * The sample standard deviation (divisor n - 1), 0 for one value. O(n).
 *
 * Two passes with the correction of T. Chan, G. Golub and R. LeVeque, "Algorithms for Computing the Sample Variance"
 * (The American Statistician 37, 1983): the rounding error of the mean is taken off again.
 *
 * @throws {RangeError} Without values.
 */
export function standardDeviation(values: ArrayLike<number>): number {
  const { mean: center } = moments(values, "standard deviation");
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

function moments(values: ArrayLike<number>, what: string): { readonly mean: number } {
  if (values.length === 0) throw new RangeError(`Cannot take a ${what}: at least one value is needed, there are 0`);
  const first = values[0] ?? 0;
  let offset = 0;
  for (let i = 0; i < values.length; i++) offset += ((values[i] ?? 0) - first - offset) / (i + 1);
  return { mean: first + offset };
}
