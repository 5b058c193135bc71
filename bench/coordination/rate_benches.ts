/**
 * Each rate limiter: eleven calls, of which it has to let ten through.
 *
 * Each benchmark has its calls in a function of its own, so that V8 learns there about one limiter only.
 *
 * @module
 */

import {
  AdaptiveRateLimiter,
  CompositeRateLimiter,
  FixedWindow,
  Gcra,
  KeyedRateLimiter,
  LeakyBucket,
  SlidingCounter,
  SlidingLog,
  TokenBucket,
} from "../../src/coordination/rate_limits/mod.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";
import { CALLS, LIMIT, PAUSE_MS, RATE, timed } from "./passing_time.ts";

/** Where limiters are held against the token bucket, the one to start with. */
export const RATE_GROUP = { group: "eleven calls to a rate limiter" } as const;

/** What GCRA tolerates, for as many calls at once as others let through: between nine and ten times the distance of two. */
const BURST_MS = 9.5 * RATE.perMs / LIMIT;

/** The highest limit of the one that adapts. */
const MOST = 10 * LIMIT;

/** Defines the further ones. */
export function benchRateLimiters(bench: DefineBenchmark): void {
  bench("Rate limiter, leaky_bucket", {
    ...RATE_GROUP,
    setup: () => timed((clock) => new LeakyBucket({ ...RATE, clock })),
  }, ({ limiter, time }) => {
    let granted = 0;
    time.pass(PAUSE_MS);
    for (let call = 0; call < CALLS; call++) if (limiter.tryTake()) granted++;
    return granted === 1; // it knows no bursts
  });

  bench("Rate limiter, gcra", {
    ...RATE_GROUP,
    setup: () => timed((clock) => new Gcra({ ...RATE, toleranceMs: BURST_MS, clock })),
  }, ({ limiter, time }) => {
    let granted = 0;
    time.pass(PAUSE_MS);
    for (let call = 0; call < CALLS; call++) if (limiter.tryTake()) granted++;
    return granted === LIMIT;
  });

  bench("Rate limiter, fixed_window", {
    ...RATE_GROUP,
    setup: () => timed((clock) => new FixedWindow({ ...RATE, clock })),
  }, ({ limiter, time }) => {
    let granted = 0;
    time.pass(PAUSE_MS);
    for (let call = 0; call < CALLS; call++) if (limiter.tryTake()) granted++;
    return granted === LIMIT;
  });

  bench("Rate limiter, sliding_log", {
    ...RATE_GROUP,
    setup: () => timed((clock) => new SlidingLog({ ...RATE, clock })),
  }, ({ limiter, time }) => {
    let granted = 0;
    time.pass(PAUSE_MS);
    for (let call = 0; call < CALLS; call++) if (limiter.tryTake()) granted++;
    return granted === LIMIT;
  });

  bench("Rate limiter, sliding_counter", {
    ...RATE_GROUP,
    setup: () => timed((clock) => new SlidingCounter({ ...RATE, clock })),
  }, ({ limiter, time }) => {
    let granted = 0;
    time.pass(PAUSE_MS);
    for (let call = 0; call < CALLS; call++) if (limiter.tryTake()) granted++;
    return granted === LIMIT;
  });

  bench("Rate limiter, adaptive", {
    ...RATE_GROUP,
    setup: () => {
      const options = { min: LIMIT, max: MOST, perMs: RATE.perMs, burst: LIMIT };
      const made = timed((clock) => new AdaptiveRateLimiter({ ...options, clock }));
      return { ...made, isBad: false, limit: made.limiter.limit, attempts: 0 };
    },
  }, (state) => {
    const { limiter, time, isBad } = state, isFirst = state.attempts++ === 0;
    let granted = 0;
    time.pass(PAUSE_MS);
    for (let call = 0; call < CALLS; call++) if (limiter.tryTake()) granted++;
    if (!isFirst) state.limit = isBad ? Math.max(LIMIT, state.limit / 2) : Math.min(MOST, state.limit + 1);
    state.isBad = state.attempts % 8 === 0;
    if (state.isBad) limiter.failed();
    else limiter.succeeded();
    return granted === LIMIT && limiter.limit === state.limit;
  });

  bench("Rate limiter, composite of two", {
    ...RATE_GROUP,
    setup: () =>
      timed((clock) =>
        new CompositeRateLimiter([
          new TokenBucket({ ...RATE, clock }),
          new Gcra({ ...RATE, toleranceMs: 2 * BURST_MS, clock }),
        ])
      ),
  }, ({ limiter, time }) => {
    let granted = 0;
    time.pass(PAUSE_MS);
    for (let call = 0; call < CALLS; call++) if (limiter.tryTake()) granted++;
    return granted === LIMIT;
  });

  bench("Rate limiter, keyed", {
    ...RATE_GROUP,
    params: { keys: [1_024] },
    setup: () => ({
      ...timed((clock) => new KeyedRateLimiter<number>({ algorithm: "token_bucket", ...RATE, clock })),
      key: 0,
    }),
  }, (state, { keys }) => {
    const { limiter, time } = state, key = state.key = (state.key + 1) % keys;
    let granted = 0;
    time.pass(1.25 * RATE.perMs / keys); // each key has had time enough when its turn comes again
    for (let call = 0; call < CALLS; call++) if (limiter.tryTake(key)) granted++;
    return granted === LIMIT;
  });
}
