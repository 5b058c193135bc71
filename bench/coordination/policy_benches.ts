/**
 * What each policy adds to a call that succeeds.
 *
 * Such a call goes with a policy as it does without, so each policy shows in the end that it does what it is for. Each benchmark
 * calls from a function of its own, so that V8 learns there about one policy only.
 *
 * @module
 */

import {
  Bulkhead,
  CircuitBreaker,
  Coalescer,
  fallback,
  hedge,
  retry,
  timeout,
  wrap,
} from "../../src/reliability/mod.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";
import {
  answersInstead,
  hasATimer,
  leavesAtOnce,
  opens,
  refusesBeyond,
  sharesARun,
  triesAgain,
} from "./policy_proofs.ts";

const POLICIES = { group: "a policy around a call" } as const;
const PLACES = { maxConcurrency: 10 };
const RETRIES = { maxRetries: 3, initialDelayMs: 0 };

const call = () => 1;

/** Defines one for each policy, and one for some together. */
export function benchPolicies(bench: DefineBenchmark): void {
  bench("Called without a policy", {
    ...POLICIES,
    baseline: true,
    setup: () => ({ execute: async (fn: () => number) => await fn() }),
  }, async (plain) => (await plain.execute(call)) === 1);

  bench(
    "Circuit breaker",
    { ...POLICIES, setup: () => new CircuitBreaker(), teardown: (breaker) => prove(opens(breaker)) },
    async (breaker) => (await breaker.execute(call)) === 1,
  );

  bench(
    "Bulkhead",
    { ...POLICIES, setup: () => new Bulkhead(PLACES), teardown: (bulkhead) => prove(refusesBeyond(bulkhead)) },
    async (bulkhead) => (await bulkhead.execute(call)) === 1,
  );

  bench(
    "Timeout",
    { ...POLICIES, setup: () => timeout(1_000), teardown: (policy) => prove(hasATimer(policy)) },
    async (policy) => (await policy.execute(call)) === 1,
  );

  bench(
    "Timeout, aggressive",
    {
      ...POLICIES,
      setup: () => timeout(1_000, { mode: "aggressive" }),
      teardown: (policy) => prove(leavesAtOnce(policy)),
    },
    async (policy) => (await policy.execute(call)) === 1,
  );

  bench(
    "Retry",
    { ...POLICIES, setup: () => retry(RETRIES), teardown: (policy) => prove(triesAgain(policy)) },
    async (policy) => (await policy.execute(call)) === 1,
  );

  bench(
    "Fallback",
    { ...POLICIES, setup: () => fallback(() => 2), teardown: (policy) => prove(answersInstead(policy)) },
    async (policy) => (await policy.execute(call)) === 1,
  );

  bench(
    "Hedge",
    { ...POLICIES, setup: () => hedge({ delayMs: 1_000 }), teardown: (policy) => prove(hasATimer(policy)) },
    async (policy) => (await policy.execute(call)) === 1,
  );

  bench(
    "Coalescer",
    { ...POLICIES, setup: () => new Coalescer(), teardown: (coalescer) => prove(sharesARun(coalescer)) },
    async (coalescer) => (await coalescer.execute(call)) === 1,
  );

  bench(
    "Retry, breaker and bulkhead",
    {
      ...POLICIES,
      setup: () => wrap(retry(RETRIES), new CircuitBreaker(), new Bulkhead(PLACES)),
      teardown: (policy) => prove(triesAgain(policy)),
    },
    async (policy) => (await policy.execute(call)) === 1,
  );
}

/** Fails the benchmark if the policy does not do what it is for. */
async function prove(proof: Promise<boolean>): Promise<void> {
  const message = "Expected that the policy does what it is for: it does not";
  const isSo = await proof.catch((cause: unknown) => {
    throw new Error(message, { cause });
  });
  if (!isSo) throw new Error(message);
}
