/**
 * Rate limiters and policies beside what else there is.
 *
 * @module
 */

import {
  circuitBreaker,
  ConsecutiveBreaker as CockatielBreaker,
  handleAll,
  timeout as cockatielTimeout,
  TimeoutStrategy,
} from "cockatiel";
import { Effect, Layer } from "effect";
import { RateLimiter as EffectRateLimiter } from "effect/persistence";
import { TokenBucket as LimiterBucket } from "limiter";
import { CircuitBreaker, KeyedRateLimiter, timeout, TokenBucket } from "../../mod.ts";
import type { Suite } from "../../src/measure/definition.ts";
import { suite } from "../../src/measure/suite.ts";
import { ConsecutiveBreaker } from "../floors/consecutive_breaker.ts";

const HUGE_RATE = { limit: 1_000_000_000, perMs: 1_000 };

/** One suite for each thing that is compared. */
export const policyPeerSuites: readonly Suite[] = [
  suite("peers-rate", { title: "A call that a rate allows" }, (bench) => {
    const rate = { group: "a call that a rate allows" };
    bench(
      "limiter",
      {
        ...rate,
        baseline: true,
        setup: () =>
          new LimiterBucket({ bucketSize: 1_000_000_000, tokensPerInterval: 1_000_000_000, interval: 1_000 }),
        beforeRound: (bucket: LimiterBucket) => {
          bucket.content = 1_000_000_000;
        },
      },
      (bucket) => bucket.tryRemoveTokens(1),
    );
    bench("TokenBucket.tryTake", { ...rate, setup: () => new TokenBucket(HUGE_RATE) }, (limiter) => limiter.tryTake());
    bench(
      "KeyedRateLimiter.tryTake",
      { ...rate, setup: () => new KeyedRateLimiter<string>({ algorithm: "token_bucket", ...HUGE_RATE }) },
      (limiter) => limiter.tryTake("ann"),
    );
    bench("Effect RateLimiter", {
      ...rate,
      setup: () => {
        const store = EffectRateLimiter.layer.pipe(Layer.provide(EffectRateLimiter.layerStoreMemory));
        const limiter = Effect.runSync(Effect.provide(EffectRateLimiter.RateLimiter, store));
        return limiter.consume({ algorithm: "token-bucket", key: "ann", limit: 1_000_000_000, window: "1 second" });
      },
    }, (consume) => Effect.runSync(consume).remaining > 0);
  }),
  suite("peers-breaker", { title: "A call through a closed circuit breaker" }, (bench) => {
    const breakers = { group: "a call through a closed circuit breaker" };
    const call = () => 1;
    bench(
      "hand-written breaker",
      { ...breakers, baseline: true, setup: () => new ConsecutiveBreaker(5, 10_000) },
      async (breaker) => (await breaker.execute(call)) === 1,
    );
    bench(
      "CircuitBreaker",
      { ...breakers, setup: () => new CircuitBreaker() },
      async (breaker) => (await breaker.execute(call)) === 1,
    );
    bench(
      "cockatiel",
      {
        ...breakers,
        setup: () => circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new CockatielBreaker(5) }),
      },
      async (breaker) => (await breaker.execute(call)) === 1,
    );
  }),
  suite("peers-timeout", { title: "A call with a timeout" }, (bench) => {
    const timeouts = { group: "a call with a timeout" };
    const call = () => 1;
    bench("setTimeout and clearTimeout", { ...timeouts, baseline: true }, () => {
      clearTimeout(setTimeout(() => {}, 1_000));
      return true;
    });
    bench(
      "timeout",
      { ...timeouts, setup: () => timeout(1_000) },
      async (policy) => (await policy.execute(call)) === 1,
    );
    bench(
      "cockatiel",
      { ...timeouts, setup: () => cockatielTimeout(1_000, TimeoutStrategy.Cooperative) },
      async (policy) => (await policy.execute(call)) === 1,
    );
  }),
];
