/**
 * How fairly something is shared.
 *
 * @module
 */

/**
 * Jain's fairness index (R. Jain, D. Chiu and W. Hawe, "A Quantitative Measure of Fairness and Discrimination for Resource
 * Allocation in Shared Computer Systems", DEC TR-301, 1984): (Σx)² / (n Σx²), from 1/n, when one has all, to 1, when all have the
 * same.
 *
 * @param values At least one, none negative, not all 0.
 */
export function jainIndex(values: readonly number[]): number {
  let sum = 0, squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return sum * sum / (values.length * squares);
}

/**
 * The max–min fair way to share something: nobody gets more than asked for, and who gets less gets as much as any other.
 *
 * @param demands What each could use, none negative.
 * @param total What there is; at most the sum of the demands.
 * @returns What each gets, in the order of the demands.
 */
export function maxMinFair(demands: readonly number[], total: number): number[] {
  let left = total, hungry = demands.length, level = 0;
  for (const demand of demands.toSorted((a, b) => a - b)) {
    level = Math.max(level, left / hungry);
    if (demand > level) break;
    left -= demand;
    hungry--;
  }
  return demands.map((demand) => Math.min(demand, level));
}
