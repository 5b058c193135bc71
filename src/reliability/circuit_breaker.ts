/**
 * Calls nothing that is known to fail.
 *
 * @module
 */

import { EventHub } from "../resources/event_hub.ts";
import type { EventStream, EventStreamOptions } from "../resources/event_stream.ts";
import { SteadyClock } from "../coordination/steady_clock.ts";
import { begin, type CallContext } from "./call_context.ts";
import { requireNumber } from "./require_number.ts";
import { CircuitOpenError, type CircuitState } from "./circuit_open_error.ts";
import { isRefusal } from "./refusal.ts";
import { tellListener } from "./tell_listener.ts";
import type { ExecuteOptions, Policy, PolicyFunction } from "./policy.ts";
import { type OutcomeWindow, outcomeWindow, type TripRule } from "./trip_rule.ts";
import { requireOptions } from "../coordination/require_options.ts";

/** How long a circuit stays open when it opens again and again, with no closing between. */
export interface GrowingDuration {
  /** The first time, in milliseconds; above 0. */
  readonly initialMs: number;
  /** What each further time is multiplied by; at least 1. Default 2. */
  readonly factor?: number;
  /** The longest time, in milliseconds; above 0. */
  readonly maxMs: number;
}

/** How a circuit breaker judges. */
export interface CircuitBreakerOptions {
  /** What people call what it guards, in errors, events and snapshots. */
  readonly name?: string;
  /** What opens it. Default: 5 failures with no success between them. */
  readonly trip?: TripRule;
  /** How long it stays open before it tries again, in milliseconds, above 0. Default 30,000. */
  readonly openMs?: number | GrowingDuration;
  /** How many calls are let through to try, at most that many at once; all must succeed for it to close. Default 1. */
  readonly probes?: number;
  /**
   * Whether an error tells against what is guarded. By default every error does but a refusal by a bulkhead, also one that came
   * after a wait for a place, or by another breaker. If it throws, the call rejects with that, and tells nothing.
   * Not asked about a call that its caller has called off: that tells nothing, unless the reason is an error whose name ends in
   * `TimeoutError`.
   */
  readonly isFailure?: (error: unknown) => boolean;
  /** Told of each change, at once. What it throws changes nothing here, and is thrown as from an event listener. */
  readonly onChange?: (change: CircuitChange) => void;
  /** Tells milliseconds; while it is set back, time stands still. Default `performance.now`. */
  readonly clock?: () => number;
}

/** A circuit has changed its state. */
export interface CircuitChange {
  /** What people call it. */
  readonly name: string | undefined;
  /** What it was. */
  readonly from: CircuitState;
  /** What it is. */
  readonly to: CircuitState;
  /** The failure that opened it; `undefined` for any other change. */
  readonly error: unknown;
}

/** How a circuit stands: plain data. */
export interface CircuitSnapshot {
  /** What people call it. */
  readonly name: string | undefined;
  /** What it was when the last call came or ended: it looks at the clock on a call, and has no timer. */
  readonly state: CircuitState;
  /** When the next call may be let through, in milliseconds from now: 0 for at once, `Infinity` if it is isolated. */
  readonly retryAfterMs: number;
  /** What has been counted since it was made; calls that tell nothing are in none of these. */
  readonly totals: {
    /** Calls that succeeded. */
    readonly successes: number;
    /** Calls that failed. */
    readonly failures: number;
    /** Calls that were not made. */
    readonly refusals: number;
    /** How often it has opened. */
    readonly openings: number;
  };
}

/**
 * Stops calling what keeps failing, and tries now and then whether it has recovered. Share one among all that call the same
 * thing.
 *
 * *Closed*, it calls the function and counts; when its {@linkcode TripRule} says so, it opens. *Open*, it rejects with a
 * {@linkcode CircuitOpenError} and calls nothing. After `openMs` the next call makes it *half-open*: so many calls as there are
 * `probes` are let through, the others are refused. When all of them have succeeded it closes and has forgotten everything; as
 * soon as one fails it opens again. A probe that is called off gives its place to another, and if none has come back when
 * `openMs` has passed once more, new ones are let through: a call that hangs cannot keep it shut.
 *
 * What a call tells counts only in the state in which it began: one that was slow to fail neither opens it again after it has
 * recovered nor spoils a probe. There is no timer: time is looked at when somebody calls. A call that succeeds while it is
 * closed costs 1.1 to 1.15 times as much as with a counter of failures written by hand; with a `time` rule, which reads the clock,
 * 1.9 times.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { CircuitBreaker, CircuitOpenError } from "./mod.ts";
 *
 * let now = 0;
 * const breaker = new CircuitBreaker({ trip: { kind: "consecutive", failures: 2 }, openMs: 1000, clock: () => now });
 * for (let i = 0; i < 2; i++) await breaker.execute(() => Promise.reject(new Error("down"))).catch(() => {});
 * await assertRejects(() => breaker.execute(() => "not called"), CircuitOpenError);
 * now = 1000;
 * assertEquals([await breaker.execute(() => "back"), breaker.state], ["back", "closed"]);
 * ```
 */
export class CircuitBreaker implements Policy {
  /** What people call what it guards. */
  readonly name: string | undefined;
  readonly #window: OutcomeWindow;
  readonly #initialMs: number;
  readonly #factor: number;
  readonly #maxMs: number;
  readonly #probes: number;
  readonly #isFailure: (error: unknown) => boolean;
  readonly #onChange: ((change: CircuitChange) => void) | undefined;
  readonly #clock: SteadyClock;
  readonly #events = new EventHub<CircuitChange>();
  #state: CircuitState = "closed";
  /** Counts changes: a call that began before the last one tells nothing any more. */
  #era = 0;
  /** How long it stays open this time, and when it last opened or let a probe through. */
  #openMs = 0;
  #since = 0;
  /** Openings since it was last closed. */
  #row = 0;
  /** Probes let through and not called off, and those that have succeeded. */
  #admitted = 0;
  #passed = 0;
  #successes = 0;
  #failures = 0;
  #refusals = 0;
  #openings = 0;

  /**
   * Makes a closed one.
   *
   * @throws {RangeError} If an option is out of range.
   */
  constructor(options: CircuitBreakerOptions = {}) {
    requireOptions("make a circuit breaker", options);
    const { name, trip = { kind: "consecutive", failures: 5 }, openMs = 30_000, probes = 1, clock } = options;
    const { initialMs, factor = 2, maxMs } = typeof openMs === "object"
      ? openMs
      : { initialMs: openMs, factor: 1, maxMs: openMs };
    this.name = name;
    this.#initialMs = requireNumber("circuitBreaker.openMs", initialMs, "duration");
    this.#factor = requireNumber("circuitBreaker.openMs.factor", factor, "factor");
    this.#maxMs = requireNumber("circuitBreaker.openMs.maxMs", maxMs, "duration");
    this.#probes = requireNumber("circuitBreaker.probes", probes, "count");
    this.#isFailure = options.isFailure ?? ((error) => !isRefusal(error));
    this.#onChange = options.onChange;
    const steady = this.#clock = new SteadyClock(clock ?? (() => performance.now()));
    this.#window = outcomeWindow(trip, () => steady.now());
  }

  /** What it was when the last call came or ended. */
  get state(): CircuitState {
    return this.#state;
  }

  /**
   * Calls `fn`, unless it is known to fail.
   *
   * @throws {CircuitOpenError} If it is.
   * @throws What `fn` throws.
   */
  async execute<Result>(fn: PolicyFunction<Result>, options?: ExecuteOptions): Promise<Result> {
    const context = begin(fn, options);
    if (this.#state !== "closed") this.#admit();
    const era = this.#era;
    let result: Result;
    try {
      result = await fn(context);
    } catch (error) {
      if (era === this.#era) this.#failed(context, error);
      throw error;
    }
    if (era === this.#era) this.#succeeded();
    return result;
  }

  /** Refuses every call from now on, until {@linkcode close}. */
  isolate(): void {
    if (this.#state !== "isolated") this.#change("isolated", undefined);
  }

  /** Closes it by hand, from any state, and forgets everything: calls that are under way tell nothing any more. */
  close(): void {
    this.#close();
  }

  /** Its changes from now on, for one reader: `for await (const change of breaker.changes())`. */
  changes(options?: EventStreamOptions): EventStream<CircuitChange> {
    return this.#events.open(options);
  }

  /** How it stands. */
  snapshot(): CircuitSnapshot {
    const remainingMs = this.#remainingMs();
    const retryAfterMs = this.#state === "open" ? remainingMs : this.#state === "isolated" ? Infinity : 0;
    return {
      name: this.name,
      state: this.#state,
      retryAfterMs,
      totals: {
        successes: this.#successes,
        failures: this.#failures,
        refusals: this.#refusals,
        openings: this.#openings,
      },
    };
  }

  /** Lets a call through that comes while it is not closed, or throws. */
  #admit(): void {
    if (this.#state === "open") {
      const remainingMs = this.#remainingMs();
      if (remainingMs > 0) throw this.#refuse(remainingMs);
      this.#change("half-open", undefined); // whose listener may have isolated or closed it, or called it
    }
    if (this.#state === "isolated") throw this.#refuse(Infinity);
    if (this.#state !== "half-open") return;
    if (this.#admitted === this.#probes) {
      if (this.#remainingMs() > 0) throw this.#refuse(0);
      this.#era++; // whatever the probes are doing, it has taken too long
      this.#admitted = this.#passed = 0;
    }
    this.#admitted++;
    this.#since = this.#clock.now();
  }

  #remainingMs(): number {
    return Math.max(0, this.#since + this.#openMs - this.#clock.now());
  }

  #refuse(retryAfterMs: number): CircuitOpenError {
    this.#refusals++;
    return new CircuitOpenError(this.name, this.#state, retryAfterMs);
  }

  #succeeded(): void {
    this.#successes++;
    if (this.#state === "closed") this.#window.succeeded();
    else if (++this.#passed === this.#probes) this.#close();
  }

  #failed(context: CallContext, error: unknown): void {
    const era = this.#era;
    let isTold = false;
    try {
      isTold = this.#tells(context, error);
    } finally {
      if (!isTold && era === this.#era && this.#state === "half-open") this.#admitted--;
    }
    if (!isTold || era !== this.#era) return; // isFailure may have changed it
    this.#failures++;
    if (this.#state === "half-open" || this.#window.failed()) this.#open(error);
  }

  /** Whether a call's error tells anything about what is guarded. */
  #tells(context: CallContext, error: unknown): boolean {
    if (!context.aborted) return this.#isFailure(error);
    const reason: unknown = context.signal.reason;
    return reason instanceof Error && reason.name.endsWith("TimeoutError");
  }

  #open(error: unknown): void {
    this.#openMs = Math.min(this.#initialMs * this.#factor ** this.#row, this.#maxMs);
    this.#row++;
    this.#openings++;
    this.#since = this.#clock.now();
    this.#change("open", error);
  }

  #close(): void {
    this.#row = 0;
    if (this.#state !== "closed") this.#change("closed", undefined);
    else {
      this.#era++;
      this.#window.clear();
    }
  }

  #change(to: CircuitState, error: unknown): void {
    const from = this.#state;
    this.#state = to;
    this.#era++;
    this.#admitted = this.#passed = 0;
    this.#window.clear();
    if (this.#onChange === undefined && !this.#events.isHeard) return;
    const change: CircuitChange = { name: this.name, from, to, error };
    this.#events.emit(change);
    if (this.#onChange !== undefined) tellListener(this.#onChange, change);
  }
}
