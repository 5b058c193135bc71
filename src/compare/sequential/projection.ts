/**
 * How many pairs would decide a benchmark, as far as one can tell by now.
 *
 * @module
 */

import { type Evidence, evidence, sequentialChangePValue, sequentialEquivalencePValue } from "./evidence.ts";
import { LOOKS } from "./looks.ts";

/** What a decision is held against. */
export interface Criterion {
  /** Change that matters: 0.1 for 10 %. */
  readonly threshold: number;
  /** Error accepted. */
  readonly alpha: number;
  /** What the p-value of a change is multiplied by, for the other benchmarks' sake. */
  readonly multiplicity: number;
}

/** Whether it is decided: changed by at least the threshold, or the same. */
export function isDecidable(found: Evidence, { threshold, alpha, multiplicity }: Criterion): boolean {
  if (Math.abs(found.effect) < Math.log1p(threshold)) return sequentialEquivalencePValue(found, threshold) <= alpha;
  return multiplicity * sequentialChangePValue(found) <= alpha;
}

/**
 * The number of pairs in all at whose look a decision is due if effect and spread stay as they are; null if at none.
 */
export function expectedPairs({ effect, sd, pairs: by }: Evidence, criterion: Criterion): number | null {
  return LOOKS.find((pairs) => pairs > by && isDecidable(evidence(effect, sd, pairs), criterion)) ?? null;
}

/**
 * Whether a decision is out of reach: no planned look would find a change even if the effect proved to be a standard error larger,
 * nor sameness even if it proved to be two smaller and half the spread a mishap.
 */
export function isFutile(found: Evidence, criterion: Criterion): boolean {
  if (found.pairs < FEWEST_FOR_FUTILITY) return false;
  const size = Math.abs(found.effect);
  const changed = size + found.standardError;
  const same = Math.max(0, size - 2 * found.standardError);
  const decides = (pairs: number) =>
    isDecidable(evidence(changed, found.sd, pairs), criterion) ||
    isDecidable(evidence(same, found.sd / 2, pairs), criterion);
  // From the last on: that one decides most, and one is enough.
  return LOOKS.findLast((pairs) => pairs > found.pairs && decides(pairs)) === undefined;
}

const FEWEST_FOR_FUTILITY = 8;
