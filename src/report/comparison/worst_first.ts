/**
 * The order in which a comparison is read: what needs attention first.
 *
 * @module
 */

import type { Comparison, ComparisonEntry } from "../../compare/comparison.ts";
import { isCompared, isNewFailure } from "./outcome.ts";

/**
 * The benchmarks of a comparison, the worst first: those that fail now, the slower ones, the inconclusive ones, those that
 * could not be compared, the removed ones, the faster ones (the largest gain first), the same, the added ones. Within each,
 * the larger ratio comes first; what is equal keeps the order of definition.
 */
export function worstFirst({ benchmarks }: Pick<Comparison, "benchmarks">): readonly ComparisonEntry[] {
  return benchmarks.toSorted((left, right) => urgency(left) - urgency(right) || costOf(right) - costOf(left));
}

/** 0 is the most urgent. */
function urgency(entry: ComparisonEntry): number {
  if (isNewFailure(entry)) return 0;
  if (!isCompared(entry)) return { incomparable: 3, removed: 4, added: 7 }[entry.status];
  return { slower: 1, inconclusive: 2, faster: 5, same: 6 }[entry.verdict];
}

/** What orders the entries of one urgency: the ratio; of the faster ones its inverse. */
function costOf(entry: ComparisonEntry): number {
  if (!isCompared(entry)) return 0;
  return entry.verdict === "faster" ? 1 / entry.ratio : entry.ratio;
}
