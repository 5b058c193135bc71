/**
 * Something else instead of a failure.
 *
 * @module
 */

import { begin } from "./call_context.ts";
import type { ExecuteOptions, Policy, PolicyContext, PolicyFunction } from "./policy.ts";
import { requireOptions } from "../coordination/require_options.ts";

/** When something else is answered. */
export interface FallbackOptions {
  /** For which errors; others are passed on. By default for all. */
  readonly when?: (error: unknown) => boolean;
}

/**
 * A policy that answers something else when the function has failed.
 *
 * If the caller's signal is aborted, nobody waits for an answer: the error is passed on. What `instead` throws is what the call
 * rejects with.
 *
 * @param instead Makes the answer from the error; may be asynchronous, and then should heed the context's signal.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fallback } from "./mod.ts";
 *
 * const price = await fallback(() => "unknown").execute(() => Promise.reject(new Error("no connection")));
 * assertEquals(price, "unknown");
 * ```
 */
export function fallback<Alternative>(
  instead: (error: unknown, context: PolicyContext) => Alternative | PromiseLike<Alternative>,
  options: FallbackOptions = {},
): Policy<Alternative> {
  if (typeof instead !== "function") {
    throw new TypeError(`Cannot fall back: wanted a function that makes the answer, found ${typeof instead}`);
  }
  return new Fallback(instead, requireOptions("fall back", options).when);
}

class Fallback<Alternative> implements Policy<Alternative> {
  readonly #instead: (error: unknown, context: PolicyContext) => Alternative | PromiseLike<Alternative>;
  readonly #when: ((error: unknown) => boolean) | undefined;

  constructor(
    instead: (error: unknown, context: PolicyContext) => Alternative | PromiseLike<Alternative>,
    when: ((error: unknown) => boolean) | undefined,
  ) {
    this.#instead = instead;
    this.#when = when;
  }

  async execute<Result>(fn: PolicyFunction<Result>, options?: ExecuteOptions): Promise<Result | Alternative> {
    const context = begin(fn, options);
    try {
      return await fn(context);
    } catch (error) {
      if (context.aborted || this.#when?.(error) === false) throw error;
      const instead = this.#instead;
      return await instead(error, context);
    }
  }
}
