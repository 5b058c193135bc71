/**
 * What came of each benchmark of a comparison, and how many there are of each kind.
 *
 * @module
 */

import type {
  ComparedBenchmark,
  Comparison,
  ComparisonEntry,
  IncomparableBenchmark,
  Verdict,
} from "../../compare/comparison.ts";

/**
 * What came of a benchmark: its verdict; `failed`: it fails now and did not before; `incomparable`: its two results cannot be
 * held against each other for any other reason; `added`, `removed`: only one side has it.
 */
export type Outcome = Verdict | "failed" | "incomparable" | "added" | "removed";

/** Every outcome, the worst first. */
export const OUTCOMES: readonly [Outcome, ...Outcome[]] = [
  "failed",
  "slower",
  "inconclusive",
  "incomparable",
  "removed",
  "faster",
  "same",
  "added",
];

/** What came of this benchmark. */
export function outcomeOf(entry: ComparisonEntry): Outcome {
  if (isCompared(entry)) return entry.verdict;
  return isNewFailure(entry) ? "failed" : entry.status;
}

/** How many benchmarks came to each outcome. */
export function countOutcomes({ benchmarks }: Pick<Comparison, "benchmarks">): Readonly<Record<Outcome, number>> {
  const counts: Record<Outcome, number> = {
    failed: 0,
    slower: 0,
    inconclusive: 0,
    incomparable: 0,
    removed: 0,
    faster: 0,
    same: 0,
    added: 0,
  };
  for (const entry of benchmarks) counts[outcomeOf(entry)]++;
  return counts;
}

/** Whether it has a verdict. */
export function isCompared(entry: ComparisonEntry): entry is ComparedBenchmark {
  return entry.status === "compared";
}

/** Whether it fails now and did not before: a regression, though nothing can be measured of it. */
export function isNewFailure(entry: ComparisonEntry): entry is IncomparableBenchmark {
  return entry.status === "incomparable" && entry.reason === "failed" && entry.failedIn === "current";
}
