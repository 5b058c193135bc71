/**
 * Processes that fall into two groups: a process may settle in one of several states for its whole life.
 *
 * @module
 */

/** With fewer, two groups cannot be told from chance. */
const MIN_VALUES = 6;

/** Share of the whole range that the gap must take: of 6, 8 and 12 normal values 3.5, 0.6 and 0.02 % of the sets have one so wide. */
const MIN_SHARE = 0.6;

/**
 * Whether values fall into two groups of at least two each: the gap between them takes most of the whole range, and is at least
 * `gap` wide.
 *
 * @param values Any order; fewer than six are never said to.
 * @param gap Above 0: a narrower gap does not matter.
 */
export function isBimodal(values: readonly number[], gap: number): boolean {
  if (values.length < MIN_VALUES) return false;
  const sorted = values.toSorted((left, right) => left - right);
  const range = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  const widest = Math.max(...sorted.slice(2, -1).map((value, index) => value - (sorted[index + 1] ?? value)));
  return widest >= gap && widest >= MIN_SHARE * range;
}
