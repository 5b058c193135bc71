/**
 * What policies hand to each other and, in the end, to the function: whose call it is, and what calls it off.
 *
 * No signal is made unless somebody looks: an `AbortController` and a listener cost as much as all else that a policy does for a
 * call that succeeds.
 *
 * @module
 */

import { type AbortListener, ignoreAbort, isAborted, listenToAbort } from "../coordination/abort_listeners.ts";
import { ownWaitOptions, requireNotAborted } from "../coordination/waiter.ts";
import type { ExecuteOptions, PolicyContext } from "./policy.ts";
import { requireFunction } from "../coordination/require_function.ts";

/**
 * The context of a call of `fn` that `options` stand for: a new one, unless they come from a policy around this one.
 *
 * @throws {TypeError} If `fn` is no function, or the options are none.
 * @throws The signal's reason, if it is aborted.
 */
export function begin(fn: unknown, options: ExecuteOptions | undefined): CallContext {
  requireFunction("execute", fn); // no policy should take it for a failure of the call
  if (options === undefined) return new CallContext(1, undefined);
  if (options instanceof CallContext) {
    if (options.aborted) throw options.signal.reason;
    return options;
  }
  const { signal } = ownWaitOptions(options);
  requireNotAborted(signal);
  return new CallContext(1, signal);
}

/** A call under somebody's signal, or under none. */
export class CallContext implements PolicyContext {
  #signal: AbortSignal | undefined;

  constructor(readonly attempt: number, signal: AbortSignal | undefined) {
    this.#signal = signal;
  }

  /** Whether it has been called off; asking makes no signal. */
  get aborted(): boolean {
    return this.#signal !== undefined && isAborted(this.#signal);
  }

  /** What can call it off; `undefined` if nothing can. */
  get source(): AbortSignal | undefined {
    return this.#signal;
  }

  /** If nothing can call it off, one of its own: listeners on a signal that all shared would pile up. */
  get signal(): AbortSignal {
    return this.#signal ??= new AbortController().signal;
  }
}

/** Another try of a call, under the same signal. */
export class AttemptContext extends CallContext {
  readonly #call: CallContext;

  constructor(attempt: number, call: CallContext) {
    super(attempt, undefined);
    this.#call = call;
  }

  override get aborted(): boolean {
    return this.#call.aborted;
  }

  override get source(): AbortSignal | undefined {
    return this.#call.source;
  }

  override get signal(): AbortSignal {
    return this.#call.signal;
  }
}

/** A call that can also be called off by its policy, without the one around it. It must be ended. */
export class LinkedContext extends CallContext implements AbortListener {
  readonly #outer: CallContext;
  #controller: AbortController | undefined = undefined;
  #abort: { readonly reason: unknown } | undefined = undefined;
  #listensTo: AbortSignal | undefined = undefined;
  #ended = false;

  constructor(attempt: number, outer: CallContext) {
    super(attempt, undefined);
    this.#outer = outer;
  }

  override get aborted(): boolean {
    return this.#abort !== undefined || this.#outer.aborted;
  }

  override get source(): AbortSignal {
    return this.signal;
  }

  override get signal(): AbortSignal {
    return (this.#controller ??= this.#make()).signal;
  }

  /** Calls it off; a second time, or after its end, changes nothing. */
  abort(reason: unknown): void {
    if (this.#abort !== undefined || this.#ended) return;
    this.#abort = { reason };
    this.end();
    this.#controller?.abort(reason);
  }

  /** Listens to the call around it no more; a second time changes nothing. */
  end(): void {
    this.#ended = true;
    const signal = this.#listensTo;
    if (signal === undefined) return;
    this.#listensTo = undefined;
    ignoreAbort(signal, this);
  }

  /** Called by the signal of the call around it. */
  handleEvent(): void {
    this.abort(this.#listensTo?.reason);
  }

  /** Has itself called off together with the call around it, also if nobody has asked for its signal. */
  protected listen(): void {
    if (this.#ended || this.#listensTo !== undefined) return;
    const signal = this.#outer.source;
    if (signal === undefined) return;
    if (isAborted(signal)) return this.abort(signal.reason);
    this.#listensTo = signal;
    listenToAbort(signal, this);
  }

  #make(): AbortController {
    this.listen();
    const controller = new AbortController();
    if (this.#abort !== undefined) controller.abort(this.#abort.reason);
    return controller;
  }
}
