/**
 * A state's function with policies around it, and what runs when it has failed for good.
 *
 * @module
 */

import { type AbortListener, ignoreAbort, listenToAbort } from "../coordination/abort_listeners.ts";
import { Bulkhead, type BulkheadOptions } from "../reliability/bulkhead.ts";
import { CircuitBreaker, type CircuitBreakerOptions } from "../reliability/circuit_breaker.ts";
import type { Policy } from "../reliability/policy.ts";
import { wrap } from "../reliability/wrap.ts";
import { CallStep } from "./call_step.ts";
import type { StateContext } from "./context.ts";
import { isThenable } from "../thenable.ts";
import type { AnyVariables } from "./state.ts";
import { Step } from "./step.ts";

/** A state's function as the engine calls it: what it answers is looked at where routes are read. */
export type AnyStateFunction = (ctx: StateContext<AnyVariables, AnyVariables>) => unknown;

/** The policies of a state; see `StateOptions`. */
export interface StatePolicies {
  readonly circuitBreaker?: CircuitBreaker | CircuitBreakerOptions;
  readonly bulkhead?: Bulkhead | BulkheadOptions;
  readonly policy?: Policy<unknown>;
}

/** The policies of a state as one, the breaker outermost; `undefined` if there are none. */
export function policyOf(state: string, options: StatePolicies): Policy<unknown> | undefined {
  const { circuitBreaker, bulkhead, policy } = options;
  const policies: Policy<unknown>[] = [];
  for (const [name, option] of Object.entries({ circuitBreaker, bulkhead })) {
    if (option === undefined || typeof option === "object" && option !== null) continue;
    throw new TypeError(`Cannot use ${name} of state "${state}": wanted one or its options, found ${String(option)}`);
  }
  if (circuitBreaker !== undefined) {
    policies.push(
      circuitBreaker instanceof CircuitBreaker
        ? circuitBreaker
        : new CircuitBreaker({ name: state, ...circuitBreaker }),
    );
  }
  if (bulkhead !== undefined) {
    policies.push(bulkhead instanceof Bulkhead ? bulkhead : new Bulkhead({ name: state, ...bulkhead }));
  }
  if (policy !== undefined) policies.push(policy);
  return policies.length === 0 ? undefined : wrap(...policies);
}

/**
 * The function with a policy around it. Each call has writes of its own; those of the call whose outcome the policy answers
 * with are the step's. A function that does not heed its signal when the attempt is over is left to itself, as it is without a
 * policy, so that the policy hears of it and gives its place to others.
 */
export function guarded(fn: AnyStateFunction, policy: Policy<unknown>): AnyStateFunction {
  return async (ctx) => {
    if (!(ctx instanceof Step)) throw new TypeError("Cannot call a state's function: wanted a step of a run");
    const { signal } = ctx;
    const calls: CallStep[] = [];
    try {
      const answer = await policy.execute(async (context) => {
        const call = new CallStep(ctx, context.signal);
        calls.push(call);
        const returned = fn(call);
        call.returned = isThenable(returned) ? await untilAborted(returned, signal) : returned;
        return call;
      }, { signal });
      if (!(answer instanceof CallStep)) return answer; // the policy's own, in the function's stead
      if (!calls.includes(answer)) throw sharedCall(ctx.state);
      ctx.adopt(answer);
      return answer.returned;
    } finally {
      for (const call of calls) call.ended = true;
    }
  };
}

function sharedCall(state: string): TypeError {
  return new TypeError(
    `Cannot use the policy of state "${state}": it answered with the call of another step; ` +
      "share calls inside the state's function instead",
  );
}

/** Settles as `thenable` does, or rejects with the signal's reason as soon as it is aborted. */
function untilAborted(thenable: PromiseLike<unknown>, signal: AbortSignal): Promise<unknown> {
  const promise = Promise.resolve(thenable); // what `then` of a thenable answers, throws or calls twice, means nothing
  if (signal.aborted) {
    promise.catch(() => {}); // nobody hears how it ends
    return Promise.reject(signal.reason);
  }
  return new Promise((resolve, reject) => {
    const listener: AbortListener = { handleEvent: () => reject(signal.reason) };
    listenToAbort(signal, listener);
    promise.then(resolve, reject).then(() => ignoreAbort(signal, listener));
  });
}
