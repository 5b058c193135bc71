/**
 * Limiters that composites share with others.
 *
 * @module
 */

import { KeyedRateLimiter } from "../keyed_rate_limiter.ts";
import type { RateLimiter } from "../rate_limiter.ts";
import { createRateLimiter, type RateLimiterRecipe } from "../recipe.ts";

/** A limiter for a composite, and the same limiter for others: one of its own, or a key of many. */
export function twin(recipe: RateLimiterRecipe, isKey: boolean): [member: RateLimiter, alone: RateLimiter] {
  if (!isKey) {
    const limiter = createRateLimiter(recipe);
    return [limiter, limiter];
  }
  const keyed = new KeyedRateLimiter(recipe);
  return [keyed.forKey("key"), keyed.forKey("key")];
}
