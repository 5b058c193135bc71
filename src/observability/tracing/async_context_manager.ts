/**
 * Which context is active.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { type Context, type ContextManagementToken, type ContextManager, ROOT_CONTEXT } from "@opentelemetry/api";

/**
 * Keeps a context active for a call, and for whatever that call awaits or starts.
 *
 * `with` pays for `AsyncLocalStorage`, unless the context is active already: whether a call will start something
 * asynchronous cannot be known before. Where it is known not to, {@linkcode withSync} costs next to nothing.
 */
export class AsyncContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  /** Set only while a synchronous function runs; nothing else can run meanwhile. */
  #sync: Context | undefined = undefined;

  /** The context of the innermost call. */
  active(): Context {
    return this.#sync ?? this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  /** Calls `fn` in a context, which stays active in what it awaits and starts. */
  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const sync = this.#sync;
    if (sync === undefined && this.#storage.getStore() === context) return fn.apply(thisArg, args);
    this.#sync = undefined;
    try {
      return this.#storage.run(context, () => fn.apply(thisArg, args));
    } finally {
      this.#sync = sync;
    }
  }

  /**
   * Calls `fn` in a context without `AsyncLocalStorage`. It is active until `fn` returns: what `fn` starts or awaits has the
   * context of the innermost {@linkcode with}.
   */
  withSync<Result>(context: Context, fn: () => Result): Result {
    const sync = this.#sync;
    this.#sync = context;
    try {
      return fn();
    } finally {
      this.#sync = sync;
    }
  }

  /** A function that always runs in this context; whatever is not a function is answered as it is. */
  bind<T>(context: Context, target: T): T {
    if (typeof target !== "function") return target;
    const call = (thisArg: unknown, args: unknown[]): unknown =>
      this.with(context, () => Reflect.apply(target, thisArg, args));
    return new Proxy(target, { apply: (_, thisArg, args) => call(thisArg, args) });
  }

  /** Makes a context active until the token is disposed of, or until the surrounding call of {@linkcode with} ends. */
  attach(context: Context): ContextManagementToken {
    const before = this.#storage.getStore();
    this.#storage.enterWith(context);
    return { dispose: () => this.#storage.enterWith(before ?? ROOT_CONTEXT) };
  }

  /** Does nothing: it is always enabled. */
  enable(): this {
    return this;
  }

  /** Forgets every context. */
  disable(): this {
    this.#storage.disable();
    return this;
  }
}
