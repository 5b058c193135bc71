/**
 * A second try before the first has failed.
 *
 * @module
 */

import { SteadyClock } from "../coordination/steady_clock.ts";
import { PuffinError } from "../errors.ts";
import { begin, type CallContext, LinkedContext } from "./call_context.ts";
import { requireNumber } from "./require_number.ts";
import { LatencyWindow } from "./latency_window.ts";
import type { ExecuteOptions, Policy, PolicyFunction } from "./policy.ts";
import type { RetryBudget } from "./retry_budget.ts";
import { type Timer, timers, type TimerTask } from "./timer_wheel.ts";
import { requireOptions } from "../coordination/require_options.ts";

/** When and how often a call is made once more. */
export interface HedgeOptions {
  /** How long to wait for an answer before each further try, in milliseconds; at least 0. */
  readonly delayMs: number;
  /**
   * If given, waits as long as so large a share of the last calls took, above 0 and at most 1: 0.95 makes a second try for
   * about one call in twenty. `delayMs` holds until 16 calls have succeeded.
   */
  readonly percentile?: number;
  /** How many calls the percentile is of; an integer of at least 16. Default 128. */
  readonly window?: number;
  /** Further tries of one call; an integer of at least 1. Default 1. */
  readonly maxHedges?: number;
  /**
   * Where each further try must be had from, so that a slow server is not asked twice for everything. By default there is no
   * limit.
   */
  readonly budget?: RetryBudget;
  /** Tells milliseconds, for the percentile; while it is set back, time stands still. Default `performance.now`. */
  readonly clock?: () => number;
}

/** What the signal of a try is aborted with whose answer is not needed any more. */
export class HedgeLostError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "hedge_lost";

  /** Names the try that was the first to succeed, or to fail for all. */
  constructor(readonly attempt: number) {
    super(`Call is not needed any more: its try ${attempt} has settled it`);
  }
}

/**
 * A policy that makes a call again when the answer is late, and takes the first that comes.
 *
 * The function must be one that may run twice. The first try to succeed wins; the others' signals are aborted with a
 * {@linkcode HedgeLostError}, they are not waited for, and what they still do is ignored. A try that fails waits for the others that are
 * under way; when all that are have failed the call rejects with the first failure, and no further try is made: that is what
 * `retry` is for. The caller's signal goes to every try; after its abort no try is begun.
 *
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hedge } from "./mod.ts";
 *
 * const answer = await hedge({ delayMs: 1 }).execute(({ attempt }) =>
 *   attempt === 1 ? new Promise<string>(() => {}) : "the second was faster"
 * );
 * assertEquals(answer, "the second was faster");
 * ```
 */
export function hedge(options: HedgeOptions): Policy {
  return new Hedge(options);
}

class Hedge implements Policy {
  readonly delayMs: number;
  readonly maxHedges: number;
  readonly budget: RetryBudget | undefined;
  readonly latencies: LatencyWindow | undefined;
  readonly #clock: SteadyClock;

  constructor(options: HedgeOptions) {
    requireOptions("hedge", options);
    const { delayMs, percentile, window = 128, maxHedges = 1, budget, clock = () => performance.now() } = options;
    this.delayMs = requireNumber("hedge.delayMs", delayMs, "delay");
    this.maxHedges = requireNumber("hedge.maxHedges", maxHedges, "count");
    if (percentile !== undefined) requireNumber("hedge.percentile", percentile, "ratio");
    if (requireNumber("hedge.window", window, "count") < 16) {
      throw new RangeError(`Cannot use hedge.window: wanted an integer of at least 16, found ${window}`);
    }
    this.budget = budget;
    this.latencies = percentile === undefined ? undefined : new LatencyWindow(percentile, delayMs, window);
    this.#clock = new SteadyClock(clock);
  }

  async execute<Result>(fn: PolicyFunction<Result>, options?: ExecuteOptions): Promise<Result> {
    const call = new HedgedCall(this, begin(fn, options), fn);
    const { latencies } = this;
    const startMs = latencies === undefined ? 0 : this.#clock.now();
    call.start();
    const result = await call.promise;
    latencies?.add(this.#clock.now() - startMs);
    this.budget?.succeeded();
    return result;
  }
}

/** A call and the tries of it that are under way. */
class HedgedCall<Result> implements TimerTask {
  readonly promise: Promise<Result>;
  #resolve!: (result: Result) => void;
  #reject!: (error: unknown) => void;
  readonly #policy: Hedge;
  readonly #outer: CallContext;
  readonly #fn: PolicyFunction<Result>;
  readonly #tries: LinkedContext[] = [];
  #failed = 0;
  #failure: unknown = undefined;
  #timer: Timer | undefined = undefined;
  #settled = false;

  constructor(policy: Hedge, outer: CallContext, fn: PolicyFunction<Result>) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#policy = policy;
    this.#outer = outer;
    this.#fn = fn;
  }

  /** Makes a try, and sets the timer for the next one. */
  start(): void {
    const context = new LinkedContext(this.#tries.length + 1, this.#outer);
    this.#tries.push(context);
    const fn = this.#fn, { delayMs, latencies, maxHedges } = this.#policy;
    if (this.#tries.length <= maxHedges) this.#timer = timers.schedule(latencies?.valueMs ?? delayMs, this);
    try {
      Promise.resolve(fn(context)).then(
        (result) => this.#succeed(context, result),
        (error) => this.#fail(context, error),
      );
    } catch (error) {
      this.#fail(context, error);
    }
  }

  /** The timer's: the answer is late. */
  fire(): void {
    this.#timer = undefined;
    if (this.#outer.aborted || this.#policy.budget?.tryTake() === false) return;
    this.start();
  }

  #succeed(winner: LinkedContext, result: Result): void {
    if (this.#settled) return;
    this.#settle(winner);
    this.#resolve(result);
  }

  #fail(loser: LinkedContext, error: unknown): void {
    loser.end();
    if (this.#settled) return;
    if (this.#failed++ === 0) this.#failure = error;
    if (this.#failed < this.#tries.length) return;
    this.#settle(loser);
    this.#reject(this.#failure);
  }

  #settle(last: LinkedContext): void {
    this.#settled = true;
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    last.end();
    if (this.#tries.length === 1) return;
    const reason = new HedgeLostError(last.attempt);
    for (const context of this.#tries) if (context !== last) context.abort(reason);
  }
}
