/**
 * Functions whose calls end when a test says so.
 *
 * @module
 */

import type { PolicyContext } from "../policy.ts";

/** One call of the function. */
export interface ScriptedCall {
  /** What it was given. */
  readonly context: PolicyContext;
  /** Ends it well. */
  readonly succeed: (value: unknown) => void;
  /** Ends it with an error. */
  readonly fail: (error: unknown) => void;
}

/** A function that records its calls. */
export class ScriptedCalls {
  readonly list: ScriptedCall[] = [];

  /** To be given to a policy. */
  readonly fn = (context: PolicyContext): Promise<unknown> =>
    new Promise((resolve, reject) => this.list.push({ context, succeed: resolve, fail: reject }));

  /** A call, by its place; there must be one. */
  at(index: number): ScriptedCall {
    const call = this.list.at(index);
    if (call === undefined) throw new RangeError(`Cannot find call ${index}: there are ${this.list.length}`);
    return call;
  }
}

/** How a promise stands, kept up to date. */
export function watch<Value>(promise: Promise<Value>): { outcome: "pending" | { value: Value } | { error: unknown } } {
  const watched: { outcome: "pending" | { value: Value } | { error: unknown } } = { outcome: "pending" };
  promise.then((value) => watched.outcome = { value }, (error) => watched.outcome = { error });
  return watched;
}
