/**
 * Policies around policies.
 *
 * @module
 */

import { begin } from "./call_context.ts";
import type { AlternativeOf, ExecuteOptions, Policy, PolicyContext, PolicyFunction } from "./policy.ts";
import { requireFunction } from "../coordination/require_function.ts";

/**
 * One policy made of several, the outermost first: `wrap(a, b, c).execute(fn)` is `a` around `b` around `c` around `fn`.
 *
 * The order decides what is counted and limited. A good one for most calls is `wrap(fallback, timeout for all tries, retry,
 * circuitBreaker, bulkhead, timeout for one try)`: each try is judged by the breaker, what the breaker refuses takes no place
 * in the bulkhead, the time spent in its queue is not held against the server, and the fallback sees only what is left after
 * the last try. A timeout outside of a retry cuts its waits short as well.
 *
 * Signals go from the outside in: each policy hands the one inside a signal that is aborted with its own. Costs one closure for
 * each policy but the first, and no signal unless somebody reads one.
 *
 * @throws {TypeError} If one of them is no policy.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CircuitBreaker, fallback, retry, timeout, wrap } from "./mod.ts";
 *
 * const careful = wrap(fallback(() => "sorry"), retry({ maxRetries: 1, initialDelayMs: 0 }), new CircuitBreaker(), timeout(1000));
 * const tries: number[] = [];
 * const answer = await careful.execute(({ attempt }) => {
 *   tries.push(attempt);
 *   throw new Error("down");
 * });
 * assertEquals([answer, tries], ["sorry", [1, 2]]);
 * ```
 */
export function wrap<const Policies extends readonly Policy<unknown>[]>(
  ...policies: Policies
): Policy<AlternativeOf<Policies[number]>> {
  for (const policy of policies) {
    if (typeof policy?.execute === "function") continue;
    throw new TypeError(`Cannot wrap: wanted policies, with a method execute, found ${typeof policy}`);
  }
  // The innermost answers with the function's result or its own alternative, and each around it likewise.
  return policies.reduceRight<Policy<unknown>>(
    (inner, outer) => inner === NONE ? outer : new Wrap(outer, inner),
    NONE,
  ) as Policy<AlternativeOf<Policies[number]>>;
}

/** What no policies amount to. */
const NONE: Policy = {
  async execute<Result>(fn: PolicyFunction<Result>, options?: ExecuteOptions): Promise<Result> {
    return await fn(begin(fn, options));
  },
};

class Wrap implements Policy<unknown> {
  readonly #outer: Policy<unknown>;
  readonly #inner: Policy<unknown>;

  constructor(outer: Policy<unknown>, inner: Policy<unknown>) {
    this.#outer = outer;
    this.#inner = inner;
  }

  execute<Result>(fn: PolicyFunction<Result>, options?: ExecuteOptions): Promise<unknown> {
    const inner = this.#inner;
    try {
      requireFunction("execute", fn);
      return this.#outer.execute((context: PolicyContext) => inner.execute(fn, context), options);
    } catch (error) {
      return Promise.reject(error); // a policy of somebody else's, who does not keep the promise
    }
  }
}
