/**
 * In which order undecided benchmarks are measured, and how many of them there is time for.
 *
 * @module
 */

/** What measuring costs, and what is left to spend. */
export interface Costs {
  /** Time left, in milliseconds. */
  readonly remainingMs: number;
  /** What a pair of processes costs by itself, in milliseconds. */
  readonly pairMs: number;
  /** What a benchmark adds to a pair of processes, in milliseconds, its warm-up included; `Infinity`: not to be measured. */
  readonly benchmarkMs: (id: string) => number;
}

/** An undecided benchmark in line for more pairs. */
export interface Ranked {
  /** What it is. */
  readonly id: string;
  /** Pairs until the next planned look. */
  readonly untilLook: number;
  /** Pairs until it will be decided if all stays as it is. */
  readonly untilDecision: number;
  /** Standard errors beyond the threshold. */
  readonly beyond: number;
  /** Whether it seems to have changed: see {@linkcode SUSPECT}. */
  readonly isSuspect: boolean;
}

/** How many standard errors beyond its threshold an effect at least lies that is suspected of being a change. */
export const SUSPECT = -0.5;

/** Suspects first, the likeliest in front; then whichever is nearest to a decision. */
export function byUrgency(left: Ranked, right: Ranked): number {
  if (left.isSuspect !== right.isSuspect) return left.isSuspect ? -1 : 1;
  if (left.isSuspect) return left.beyond > right.beyond ? -1 : left.beyond < right.beyond ? 1 : 0;
  return left.untilDecision - right.untilDecision;
}

/**
 * As many as there is time for, in their order, passing over what takes too long.
 *
 * @param pairsOf How many pairs are planned for a benchmark.
 */
export function fitting(ranked: readonly Ranked[], costs: Costs, pairsOf: (benchmark: Ranked) => number): Ranked[] {
  const chosen: Ranked[] = [];
  let mostPairs = 0;
  let ownMs = 0;
  for (const benchmark of ranked) {
    const pairs = pairsOf(benchmark);
    const [most, own] = [Math.max(mostPairs, pairs), ownMs + pairs * costs.benchmarkMs(benchmark.id)];
    if (most * costs.pairMs + own > costs.remainingMs) continue;
    [mostPairs, ownMs] = [most, own];
    chosen.push(benchmark);
  }
  return chosen;
}
