/**
 * Recipes of every algorithm, small enough for their borders to be met often.
 *
 * @module
 */

import fc from "fast-check";
import type { RateLimiterRecipe } from "../recipe.ts";

const rate = { limit: fc.integer({ min: 1, max: 7 }), perMs: fc.integer({ min: 1, max: 40 }) };

/** Any recipe. */
export const recipes: fc.Arbitrary<RateLimiterRecipe> = fc.oneof(
  fc.record({ algorithm: fc.constant("token_bucket" as const), ...rate, burst: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ algorithm: fc.constant("gcra" as const), ...rate, toleranceMs: fc.nat(60) }),
  fc.record({
    algorithm: fc.constant("leaky_bucket" as const),
    ...rate,
    queue: fc.integer({ min: 1, max: 9 }),
    toleranceMs: fc.nat(10),
  }),
  fc.record({ algorithm: fc.constantFrom("fixed_window" as const, "sliding_log", "sliding_counter"), ...rate }),
);

/** A day, in milliseconds. */
export const DAY_MS = 86_400_000;

/** How a clock moves: mostly on by a little, at times by a day either way. */
export const moves: fc.Arbitrary<number> = fc.oneof(
  { weight: 10, arbitrary: fc.nat(12) },
  { weight: 4, arbitrary: fc.nat(120) },
  { weight: 1, arbitrary: fc.constantFrom(DAY_MS, -DAY_MS, -1, -30) },
);
