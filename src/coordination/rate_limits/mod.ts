/**
 * How often: rate limiters of every usual algorithm, with lines, priorities and keys.
 *
 * @module
 */

export {
  AdaptiveRateLimiter,
  type AdaptiveRateLimiterOptions,
  type AdaptiveRateLimiterSnapshot,
} from "./adaptive_rate_limiter.ts";
export { CompositeRateLimiter } from "./composite_rate_limiter.ts";
export { FixedWindow } from "./fixed_window.ts";
export { GatedRateLimiter } from "./gated_limiter.ts";
export { Gcra, type GcraOptions } from "./gcra.ts";
export { KeyedRateLimiter, type KeyedRateLimiterOptions, type KeyedRateLimiterSnapshot } from "./keyed_rate_limiter.ts";
export { LeakyBucket, type LeakyBucketOptions } from "./leaky_bucket.ts";
export type { Rate, RateLimiter, RateLimiterOptions, RateLimiterSnapshot } from "./rate_limiter.ts";
export { RateQueueFullError } from "./rate_queue_full_error.ts";
export { createRateLimiter, type RateLimiterRecipe } from "./recipe.ts";
export { SlidingCounter } from "./sliding_counter.ts";
export { SlidingLog } from "./sliding_log.ts";
export { TokenBucket, type TokenBucketOptions } from "./token_bucket.ts";
