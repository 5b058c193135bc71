/**
 * Processes that fall into two groups: a process may settle in one of several states for its whole life.
 *
 * @module
 */

/** With fewer, two groups cannot be told from chance. */
const MIN_VALUES = 6;

/**
 * Whether values fall into two groups of at least two each: the gap between them takes at least half of the whole range, and
 * is at least `gap` wide. Of eight normal values whose range is just twice that gap, one set in fifty does.
 *
 * @param values Any order; fewer than six are never said to.
 * @param gap Above 0: a narrower gap does not matter.
 */
export function isBimodal(values: readonly number[], gap: number): boolean {
  if (values.length < MIN_VALUES) return false;
  const sorted = values.toSorted((left, right) => left - right);
  const range = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0);
  const widest = Math.max(...sorted.slice(2, -1).map((value, index) => value - (sorted[index + 1] ?? value)));
  return widest >= gap && widest >= range / 2;
}
