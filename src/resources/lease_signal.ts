/**
 * The signal of a lease.
 *
 * @module
 */

/** What aborts a signal: by the lease that it belongs to, and by the signal itself. Neither is kept alive. */
const controllers = new WeakMap<WeakKey, AbortController>();

/**
 * Makes the signal of a lease when it is asked for, and aborts it. It lives as long as the lease, or as anybody who listens, but is
 * not kept alive from here: else a listener that knows the lease would keep the lease alive, and if its holder lost it,
 * nobody would ever find out.
 */
export class LeaseSignal {
  #signal: WeakRef<AbortSignal> | undefined = undefined;
  #isAborted = false;
  #reason: unknown = undefined;

  /** The signal of a lease, always the same; aborted also if {@linkcode abort} came before it was asked for. */
  of(lease: WeakKey): AbortSignal {
    const known = controllers.get(lease);
    if (known !== undefined) return known.signal;
    const controller = new AbortController(), { signal } = controller;
    controllers.set(lease, controller);
    controllers.set(signal, controller);
    this.#signal = new WeakRef(signal);
    if (this.#isAborted) controller.abort(this.#reason);
    return signal;
  }

  /** Whether it was aborted. */
  get isAborted(): boolean {
    return this.#isAborted;
  }

  /** Aborts it; the first reason stays. */
  abort(reason: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    const signal = this.#signal?.deref();
    if (signal !== undefined) controllers.get(signal)?.abort(reason);
  }
}
