/**
 * What can be said of a change.
 *
 * @module
 */

import type { ComparisonEntry, UndecidedReason, Verdict } from "./comparison.ts";

/** What the verdict of one benchmark rests on. */
export interface Evidence {
  /** Logarithm of the ratio. */
  readonly effect: number;
  /** Two-sided p-value of there being no difference, adjusted for the number of benchmarks. */
  readonly adjustedPValue: number;
  /** P-value of the equivalence test. */
  readonly equivalencePValue: number;
}

/** Change that matters, and accepted error rate. */
export interface Bounds {
  /** Above 0: 0.1 for 10 %. */
  readonly threshold: number;
  /** In (0, 1). */
  readonly alpha: number;
}

/**
 * Judges one benchmark. A change needs both: noise does not explain it, by the adjusted p-value, and it reaches the threshold.
 *
 * The equivalence test is not adjusted. Its mistake is to call a benchmark the same that changed by the threshold or more, and
 * each such benchmark runs that risk once, at most alpha, however many others there are. That the whole suite is the same is the
 * intersection of those claims, which has the level of each (R. Berger, "Multiparameter Hypothesis Testing and Acceptance
 * Sampling", Technometrics 24, 1982).
 */
export function judge(
  { effect, adjustedPValue, equivalencePValue }: Evidence,
  { threshold, alpha }: Bounds,
): { readonly verdict: Verdict; readonly reason: UndecidedReason | null } {
  const differs = adjustedPValue <= alpha;
  if (differs && Math.abs(effect) >= Math.log1p(threshold)) {
    return { verdict: effect > 0 ? "slower" : "faster", reason: null };
  }
  if (equivalencePValue <= alpha) return { verdict: "same", reason: null };
  return { verdict: "inconclusive", reason: differs ? "near_threshold" : "noise" };
}

/**
 * The suite's verdict: slower if any benchmark is, else inconclusive if any is, else faster if any is, else same. A suite of
 * which nothing could be compared is inconclusive.
 */
export function suiteVerdict(entries: readonly ComparisonEntry[]): Verdict {
  const verdicts = new Set(entries.flatMap((entry) => entry.status === "compared" ? [entry.verdict] : []));
  if (verdicts.size === 0) return "inconclusive";
  return (["slower", "inconclusive", "faster"] as const).find((verdict) => verdicts.has(verdict)) ?? "same";
}
