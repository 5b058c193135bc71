/**
 * Rate limiters from data.
 *
 * @module
 */

import { requireKnownOptions } from "../known_options.ts";
import { FixedWindow, fixedWindowRule } from "./fixed_window.ts";
import { Gcra, type GcraOptions, gcraRule } from "./gcra.ts";
import { LeakyBucket, type LeakyBucketOptions, leakyBucketRule } from "./leaky_bucket.ts";
import type { RateLimiter, RateLimiterOptions } from "./rate_limiter.ts";
import type { RateRule } from "./rate_rule.ts";
import { SlidingCounter, slidingCounterRule } from "./sliding_counter.ts";
import { SlidingLog, slidingLogRule } from "./sliding_log.ts";
import { TokenBucket, type TokenBucketOptions, tokenBucketRule } from "./token_bucket.ts";
import { foundValue } from "../found_value.ts";
import { requireOptions } from "../require_options.ts";

/** An algorithm, and what it is made with. */
export type RateLimiterRecipe =
  | { readonly algorithm: "token_bucket" } & TokenBucketOptions
  | { readonly algorithm: "leaky_bucket" } & LeakyBucketOptions
  | { readonly algorithm: "gcra" } & GcraOptions
  | { readonly algorithm: "fixed_window" | "sliding_log" | "sliding_counter" } & RateLimiterOptions;

const RATE = ["algorithm", "limit", "perMs"];

/** What each algorithm takes beside what every primitive does. */
const OPTIONS: Readonly<Record<RateLimiterRecipe["algorithm"], readonly string[]>> = {
  token_bucket: [...RATE, "burst"],
  leaky_bucket: [...RATE, "queue", "toleranceMs"],
  gcra: [...RATE, "toleranceMs"],
  fixed_window: RATE,
  sliding_log: RATE,
  sliding_counter: RATE,
};

/**
 * Refuses an algorithm that there is not, and an option that its own does not take; `beside` names those that are not for it.
 *
 * @throws {TypeError} With the names of those there are.
 */
export function requireRecipe(recipe: RateLimiterRecipe, beside: readonly string[] = []): void {
  const { algorithm } = requireOptions("make a rate limiter", recipe);
  if (!Object.hasOwn(OPTIONS, algorithm)) refuseAlgorithm(algorithm);
  requireKnownOptions(algorithm.replaceAll("_", " "), recipe, [...OPTIONS[algorithm], ...beside]);
}

/**
 * Makes a rate limiter from data.
 *
 * @throws {TypeError} If there is no such `algorithm`, or it takes no such option.
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createRateLimiter } from "./recipe.ts";
 *
 * const limiter = createRateLimiter({ algorithm: "sliding_log", limit: 10, perMs: 1000 });
 * assertEquals(limiter.snapshot().available, 10);
 * ```
 */
export function createRateLimiter(recipe: RateLimiterRecipe): RateLimiter {
  requireRecipe(recipe);
  switch (recipe.algorithm) {
    case "token_bucket":
      return new TokenBucket(recipe);
    case "leaky_bucket":
      return new LeakyBucket(recipe);
    case "gcra":
      return new Gcra(recipe);
    case "fixed_window":
      return new FixedWindow(recipe);
    case "sliding_log":
      return new SlidingLog(recipe);
    case "sliding_counter":
      return new SlidingCounter(recipe);
  }
}

/** The arithmetic of a recipe, for many cells. */
export function ruleOf(recipe: RateLimiterRecipe): RateRule {
  switch (requireOptions("make a rate limiter", recipe).algorithm) {
    case "token_bucket":
      return tokenBucketRule(recipe);
    case "leaky_bucket":
      return leakyBucketRule(recipe);
    case "gcra":
      return gcraRule(recipe);
    case "fixed_window":
      return fixedWindowRule(recipe);
    case "sliding_log":
      return slidingLogRule(recipe);
    case "sliding_counter":
      return slidingCounterRule(recipe);
    default:
      return refuseAlgorithm(Reflect.get(recipe, "algorithm"));
  }
}

function refuseAlgorithm(algorithm: unknown): never {
  const names = Object.keys(OPTIONS).map((name) => `"${name}"`).join(", ");
  throw new TypeError(
    `Cannot make a rate limiter of algorithm ${foundValue(algorithm)}: expected one of ${names}; pick one`,
  );
}
