/**
 * That policies do what they are for.
 *
 * @module
 */

import {
  type Bulkhead,
  BulkheadFullError,
  type CircuitBreaker,
  CircuitOpenError,
  type Coalescer,
  type Policy,
} from "../../src/reliability/mod.ts";
import { timers } from "../../src/reliability/timer_wheel.ts";

/** Answers what a call rejects with; undefined if it fulfils. */
function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(() => undefined, (error: unknown) => error ?? "nothing");
}

function fail(): never {
  throw new Error("down");
}

/** A breaker opens after five failures, and can be closed. */
export async function opens(breaker: CircuitBreaker): Promise<boolean> {
  for (let failures = 0; failures < 5; failures++) await failureOf(breaker.execute(fail));
  const isOpen = await failureOf(breaker.execute(() => 1)) instanceof CircuitOpenError;
  breaker.close();
  return isOpen && await breaker.execute(() => 1) === 1;
}

/** A bulkhead refuses whoever comes when all its places are taken. */
export async function refusesBeyond(bulkhead: Bulkhead): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const calls = Array.from({ length: bulkhead.maxConcurrency }, () => bulkhead.execute(() => promise));
  const isRefused = await failureOf(bulkhead.execute(() => 1)) instanceof BulkheadFullError;
  resolve();
  await Promise.all(calls);
  return isRefused && await bulkhead.execute(() => 1) === 1;
}

/** What may end a call, or begin another, has a timer while the call goes on, and none after. */
export async function hasATimer(policy: Policy): Promise<boolean> {
  const before = timers.size, meanwhile = await policy.execute(() => timers.size);
  return meanwhile === before + 1 && timers.size === before;
}

/** An aggressive timeout does not wait for a call that was called off, either. */
export async function leavesAtOnce(policy: Policy): Promise<boolean> {
  const hasTimer = await hasATimer(policy), abort = new AbortController();
  const left = failureOf(policy.execute(() => new Promise(() => {}), { signal: abort.signal }));
  abort.abort("called off");
  return hasTimer && await left === "called off";
}

/** A retry tries again what failed. */
export async function triesAgain(policy: Policy): Promise<boolean> {
  return await policy.execute(({ attempt }) => attempt === 1 ? fail() : attempt) === 2;
}

/** A fallback answers something else. */
export async function answersInstead(policy: Policy<number>): Promise<boolean> {
  return await policy.execute(fail) === 2;
}

/** Those who ask a coalescer for the same at once share a run. */
export async function sharesARun(coalescer: Coalescer): Promise<boolean> {
  let runs = 0;
  const ask = () => coalescer.execute(async () => (await Promise.resolve(), ++runs));
  const answers = await Promise.all([ask(), ask()]);
  return runs === 1 && answers.every((answer) => answer === 1) && await ask() === 2;
}
