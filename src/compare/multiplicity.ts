/**
 * Many tests at once: p-values adjusted so that an error rate holds over all of them together.
 *
 * @module
 */

/**
 * Adjusts p-values by Holm's step-down procedure: whoever calls a test significant where its adjusted p-value is at most alpha
 * makes even one such mistake with a probability of at most alpha, whatever the dependence between the tests (S. Holm, "A Simple
 * Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6, 1979).
 *
 * O(n log n).
 *
 * @param pValues From 0 to 1; null where there is no test, which counts for nothing.
 * @returns The adjusted p-values in the same order, null where `pValues` has null.
 * @throws {RangeError} If a p-value is out of its range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { holm } from "./multiplicity.ts";
 *
 * assertEquals(holm([0.25, null, 0.125]), [0.25, null, 0.25]);
 * ```
 */
export function holm(pValues: readonly (number | null)[]): (number | null)[] {
  const ascending = sortedTests(pValues);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let largest = 0;
  for (const [rank, { index, p }] of ascending.entries()) {
    largest = Math.max(largest, Math.min(1, (ascending.length - rank) * p));
    adjusted[index] = largest;
  }
  return adjusted;
}

/**
 * Adjusts p-values by the step-up procedure of Y. Benjamini and Y. Hochberg ("Controlling the False Discovery Rate", Journal of
 * the Royal Statistical Society B 57, 1995): of the tests whose adjusted p-value is at most alpha, at most the share alpha is
 * expected to be mistakes, for tests that are independent or positively dependent (Benjamini and D. Yekutieli, The Annals of
 * Statistics 29, 2001).
 *
 * O(n log n).
 *
 * @param pValues From 0 to 1; null where there is no test, which counts for nothing.
 * @returns The adjusted p-values in the same order, null where `pValues` has null.
 * @throws {RangeError} If a p-value is out of its range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { benjaminiHochberg } from "./multiplicity.ts";
 *
 * assertEquals(benjaminiHochberg([0.25, null, 0.125]), [0.25, null, 0.25]);
 * ```
 */
export function benjaminiHochberg(pValues: readonly (number | null)[]): (number | null)[] {
  const ascending = sortedTests(pValues);
  const adjusted: (number | null)[] = pValues.map(() => null);
  let smallest = 1;
  for (let rank = ascending.length - 1; rank >= 0; rank--) {
    const { index, p } = ascending[rank]!;
    smallest = Math.min(smallest, ascending.length / (rank + 1) * p); // a factor of at least 1: never below p itself
    adjusted[index] = smallest;
  }
  return adjusted;
}

interface Test {
  readonly index: number;
  readonly p: number;
}

function sortedTests(pValues: readonly (number | null)[]): Test[] {
  const tests: Test[] = [];
  pValues.forEach((p, index) => {
    if (p === null) return;
    if (!(p >= 0 && p <= 1)) throw new RangeError(`Cannot adjust p-values: each must lie between 0 and 1, one is ${p}`);
    tests.push({ index, p });
  });
  return tests.sort((left, right) => left.p - right.p);
}
