/**
 * One run for all who ask for the same at the same time.
 *
 * @module
 */

import { type AbortListener, ignoreAbort, isAborted, listenToAbort } from "../coordination/abort_listeners.ts";
import { begin, CallContext, LinkedContext } from "./call_context.ts";
import type { ExecuteOptions, Policy, PolicyFunction } from "./policy.ts";

/** What surrounds a call that may be shared. */
export interface CoalesceOptions extends ExecuteOptions {
  /** What is asked for: calls of one key share a run, as keys of a `Map`. Calls without a key share one as well. */
  readonly key?: unknown;
}

/**
 * A cache of calls that are under way: whoever asks for a key while a run for it is under way gets that run's outcome.
 *
 * The run belongs to all who wait for it. A caller whose signal is aborted leaves at once, with the signal's reason, and the
 * others notice nothing; when the last one has left, the run's signal is aborted with the reason of the last, and whoever asks
 * next begins another. Nothing is kept when a run has settled: a failure is told to all who wait, and to nobody after. All
 * callers get the same object. The functions for one key should do the same, as only the first one's is called: their results
 * are taken to be of one type.
 *
 * A run must not ask for its own key: it would wait for itself. A function that does so when it is called is refused with a
 * `TypeError`; one that does so later does wait, because nobody can tell it from another caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Coalescer } from "./mod.ts";
 *
 * const loads = new Coalescer();
 * let reads = 0;
 * const load = (id: number) => loads.execute(async () => (reads++, await Promise.resolve(`user ${id}`)), { key: id });
 * assertEquals(await Promise.all([load(1), load(1), load(2)]), ["user 1", "user 1", "user 2"]);
 * assertEquals(reads, 2);
 * ```
 */
export class Coalescer implements Policy {
  readonly #runs = new Map<unknown, SharedRun>();

  /** How many runs are under way that somebody waits for. */
  get size(): number {
    return this.#runs.size;
  }

  /**
   * The outcome of the run for `options.key`; calls `fn` if there is none.
   *
   * @throws {TypeError} If the function of that run is being called and asks for its own key.
   * @throws What the function throws.
   */
  execute<Result>(fn: PolicyFunction<Result>, options?: CoalesceOptions): Promise<Result> {
    try {
      return this.#join(options instanceof CallContext ? undefined : options?.key, fn, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** A policy whose calls share the runs for `key`, here and wherever else this key is asked for; to be wrapped in others. */
  keyed(key: unknown): Policy {
    return { execute: (fn, options) => this.#join(key, fn, options) };
  }

  async #join<Result>(key: unknown, fn: PolicyFunction<Result>, options: ExecuteOptions | undefined): Promise<Result> {
    const context = begin(fn, options);
    let run = this.#runs.get(key);
    if (run === undefined) {
      run = new SharedRun(this.#runs, key, context.attempt);
      this.#runs.set(key, run);
      run.start(fn);
    } else if (run.isBeingCalled) {
      throw new TypeError(
        "Cannot share a call: its function asks for its own key and would wait for itself; " +
          "ask for another key, or call what it needs directly",
      );
    }
    const { source } = context;
    // Nothing but the caller's own word says that functions of one key answer alike: see the class.
    return await (source === undefined ? run.promise() : new Caller(run, source).promise) as Result;
  }
}

/** Nobody's signal: a run ends when all its callers have left, and not before. */
const NOBODY = new CallContext(1, undefined);

class SharedRun {
  /** Whether its function has not returned yet, not even a promise. */
  isBeingCalled = true;
  readonly #runs: Map<unknown, SharedRun>;
  readonly #key: unknown;
  readonly #context: LinkedContext;
  #outcome!: Promise<unknown>;
  #callers = 0;

  constructor(runs: Map<unknown, SharedRun>, key: unknown, attempt: number) {
    this.#runs = runs;
    this.#key = key;
    this.#context = new LinkedContext(attempt, NOBODY);
  }

  /** Calls the function. */
  start(fn: PolicyFunction<unknown>): void {
    this.#outcome = this.#run(fn);
    this.isBeingCalled = false;
  }

  /** The outcome, for one more caller. */
  promise(): Promise<unknown> {
    this.#callers++;
    return this.#outcome;
  }

  /** One caller less. */
  leave(reason: unknown): void {
    if (--this.#callers > 0) return;
    this.#forget();
    this.#context.abort(reason);
  }

  async #run(fn: PolicyFunction<unknown>): Promise<unknown> {
    try {
      return await fn(this.#context);
    } finally {
      this.#context.end();
      this.#forget();
    }
  }

  #forget(): void {
    if (this.#runs.get(this.#key) === this) this.#runs.delete(this.#key);
  }
}

/** A caller who may leave. */
class Caller implements AbortListener {
  readonly promise: Promise<unknown>;
  #reject!: (reason: unknown) => void;
  readonly #run: SharedRun;
  readonly #signal: AbortSignal;

  constructor(run: SharedRun, signal: AbortSignal) {
    this.#run = run;
    this.#signal = signal;
    this.promise = new Promise((resolve, reject) => {
      this.#reject = reject;
      const stay = () => ignoreAbort(signal, this);
      const outcome = run.promise();
      outcome.then(stay, stay);
      outcome.then(resolve, reject);
    });
    if (isAborted(signal)) this.handleEvent(); // by the function itself, when it was called just now
    else listenToAbort(signal, this);
  }

  handleEvent(): void {
    ignoreAbort(this.#signal, this);
    this.#reject(this.#signal.reason);
    this.#run.leave(this.#signal.reason);
  }
}
