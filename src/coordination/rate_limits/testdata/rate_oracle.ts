/**
 * What each algorithm promises, said with a log of everything that was granted: plain, slow, exact for whole
 * milliseconds.
 *
 * @module
 */

import type { RateLimiterRecipe } from "../recipe.ts";

interface Grant {
  readonly at: number;
  readonly n: number;
}

/** Answers from the log alone. */
export class RateOracle {
  readonly log: Grant[] = [];
  readonly most: number;
  readonly #recipe: RateLimiterRecipe;
  readonly #limit: number;
  readonly #perMs: number;

  constructor(recipe: RateLimiterRecipe) {
    this.#recipe = recipe;
    this.#limit = recipe.limit;
    this.#perMs = recipe.perMs ?? 1000;
    this.most = mostOf(recipe, this.#perMs);
  }

  /** Whether `n` may be granted at `at`, after all that is in the log. */
  allows(n: number, at: number): boolean {
    const recipe = this.#recipe, limit = this.#limit, perMs = this.#perMs;
    const window = Math.floor(at / perMs), before = (window - 1) * perMs;
    switch (recipe.algorithm) {
      case "token_bucket": // in any time up to now: the burst, and what has flown in since
        return this.#fits(n, at, (recipe.burst ?? limit) * perMs);
      case "gcra":
        return this.#fits(n, at, (recipe.toleranceMs ?? 0) * limit + perMs);
      case "leaky_bucket": // whatever left before has had its time
        return this.#fits(0, at, (recipe.toleranceMs ?? 0) * limit);
      case "fixed_window":
        return this.#sum((grant) => Math.floor(grant.at / perMs) === window) + n <= limit;
      case "sliding_log":
        return this.#sum((grant) => grant.at + perMs > at) + n <= limit;
      case "sliding_counter": {
        const now = this.#sum((grant) => grant.at >= window * perMs);
        const then = this.#sum((grant) => grant.at >= before && grant.at < window * perMs);
        return then * (perMs - (at - window * perMs)) + (now + n) * perMs <= limit * perMs;
      }
    }
  }

  grant(n: number, at: number): void {
    this.log.push({ at, n });
  }

  /** How many may be granted. */
  available(at: number): number {
    let n = 0;
    while (n < this.most && this.allows(n + 1, at)) n++;
    return n;
  }

  /** The first whole millisecond from `at` on at which `n` may be granted. */
  readyAt(n: number, at: number): number {
    while (!this.allows(n, at)) at++;
    return at;
  }

  /** The most that was granted in any time of `perMs`, half open. */
  mostInPeriod(): number {
    const perMs = this.#perMs;
    return Math.max(0, ...this.log.map(({ at }) => this.#sum((grant) => grant.at >= at && grant.at < at + perMs)));
  }

  #fits(n: number, at: number, depth: number): boolean {
    return [{ at, n: 0 }, ...this.log].every((from, place) => {
      const taken = place === 0 ? 0 : this.log.slice(place - 1).reduce((sum, grant) => sum + grant.n, 0);
      return (taken + n) * this.#perMs <= depth + (at - from.at) * this.#limit;
    });
  }

  #sum(counts: (grant: Grant) => boolean): number {
    return this.log.filter(counts).reduce((sum, grant) => sum + grant.n, 0);
  }
}

function mostOf(recipe: RateLimiterRecipe, perMs: number): number {
  switch (recipe.algorithm) {
    case "token_bucket":
      return recipe.burst ?? recipe.limit;
    case "leaky_bucket":
      return recipe.queue ?? recipe.limit;
    case "gcra":
      return Math.floor((recipe.toleranceMs ?? 0) * recipe.limit / perMs) + 1;
    default:
      return recipe.limit;
  }
}
