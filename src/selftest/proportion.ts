/**
 * How often something happens, from how often it did.
 *
 * @module
 */

import type { Estimate } from "../measure/document.ts";
import { regularizedBeta } from "../measure/statistics/regularized_beta.ts";

/**
 * A proportion with the exact interval of C. J. Clopper and E. S. Pearson (Biometrika 26, 1934). Without a single success its upper
 * end is close to 3.7 over the number of trials at a level of 95 %: the two-sided form of the rule of three.
 *
 * @param successes From 0 to `trials`.
 * @param trials At least 1; they must be independent.
 * @param level In (0, 1).
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { proportion } from "./proportion.ts";
 *
 * const { low, high } = proportion(7, 20); // R: binom.test(7, 20)
 * assertAlmostEquals(low, 0.1539092, 1e-6);
 * assertAlmostEquals(high, 0.5921885, 1e-6);
 * ```
 */
export function proportion(successes: number, trials: number, level = 0.95): Estimate {
  if (!(trials >= 1 && successes >= 0 && successes <= trials)) {
    throw new RangeError(`Cannot estimate a proportion: expected 0 to ${trials} successes of at least 1 trial`);
  }
  const tail = (1 - level) / 2;
  const low = successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1);
  const high = successes === trials ? 1 : betaQuantile(1 - tail, successes + 1, trials - successes);
  return { point: successes / trials, low, high, level };
}

/**
 * The largest rate that `trials` independent trials without a single success leave possible, one-sided: the rule of three
 * (J. A. Hanley and A. Lippman-Hand, Journal of the American Medical Association 249, 1983) in its exact form.
 */
export function boundWithoutSuccess(trials: number, level = 0.95): number {
  return trials < 1 ? 1 : 1 - (1 - level) ** (1 / trials);
}

function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (regularizedBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
