/**
 * A limit to how long a call may take.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";
import { begin, type CallContext, LinkedContext } from "./call_context.ts";
import { requireNumber } from "./require_number.ts";
import type { ExecuteOptions, Policy, PolicyFunction } from "./policy.ts";
import { type Timer, timers, type TimerTask } from "./timer_wheel.ts";
import { requireOptions } from "../coordination/require_options.ts";

/** How a timeout ends a call. */
export interface TimeoutOptions {
  /**
   * `"cooperative"`: the function's signal is aborted, and the call ends when the function does, so nothing goes on unseen.
   * `"aggressive"`: the signal is aborted and the call rejects at once, whatever the function does; what it still answers is
   * ignored. Default `"cooperative"`.
   */
  readonly mode?: "cooperative" | "aggressive";
  /** What people call the thing that is limited, in errors. */
  readonly name?: string;
}

/** Thrown when a call took longer than its {@linkcode timeout} allows. */
export class CallTimeoutError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "call_timeout";

  /** Names the call, if it has a name, and the limit in milliseconds. */
  constructor(readonly timeoutMs: number, name?: string, options?: ErrorOptions) {
    super(
      `Call${name === undefined ? "" : ` of "${name}"`} timed out: it did not settle within ${timeoutMs} ms; ` +
        "raise timeoutMs, or heed the signal",
      options,
    );
  }
}

/**
 * A policy that limits how long a call may take.
 *
 * A cooperative call that succeeds in spite of its timeout has succeeded: its result is not thrown away. If it fails
 * afterwards, it rejects with a {@linkcode CallTimeoutError}, whose `cause` is what the function threw, unless that was the
 * signal's own reason. The caller's signal is passed on; an aggressive call rejects at once when it is aborted.
 *
 * Timers come from one wheel: a call that is in time costs a fifteenth of setting and clearing a timer, and a tenth if the
 * function looks at its signal.
 *
 * @param timeoutMs Longest time, in milliseconds; above 0.
 * @throws {RangeError} If an option is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { CallTimeoutError, timeout } from "./mod.ts";
 *
 * const limited = timeout(1, { mode: "aggressive" });
 * await assertRejects(() => limited.execute(() => new Promise(() => {})), CallTimeoutError, "within 1 ms");
 * assertEquals(await timeout(1000).execute(() => "in time"), "in time");
 * ```
 */
export function timeout(timeoutMs: number, options: TimeoutOptions = {}): Policy {
  requireNumber("timeoutMs", timeoutMs, "duration");
  const { mode = "cooperative", name } = requireOptions("limit the time", options);
  if (mode === "cooperative") return new CooperativeTimeout(timeoutMs, name);
  if (mode === "aggressive") return new AggressiveTimeout(timeoutMs, name);
  throw new RangeError(`Cannot use timeout.mode: wanted cooperative or aggressive, found ${JSON.stringify(mode)}`);
}

class CooperativeTimeout implements Policy {
  constructor(readonly timeoutMs: number, readonly name: string | undefined) {}

  async execute<Result>(fn: PolicyFunction<Result>, options?: ExecuteOptions): Promise<Result> {
    const deadline = new Deadline(begin(fn, options), this.timeoutMs, this.name);
    try {
      return await fn(deadline);
    } catch (error) {
      throw deadline.blame(error);
    } finally {
      deadline.end();
    }
  }
}

class AggressiveTimeout implements Policy {
  constructor(readonly timeoutMs: number, readonly name: string | undefined) {}

  async execute<Result>(fn: PolicyFunction<Result>, options?: ExecuteOptions): Promise<Result> {
    const race = new Race<Result>(begin(fn, options), this.timeoutMs, this.name);
    try {
      return await race.run(fn);
    } finally {
      race.end();
    }
  }
}

/** A call's context and its timer in one object. */
class Deadline extends LinkedContext implements TimerTask {
  readonly #name: string | undefined;
  readonly #timeoutMs: number;
  readonly #timer: Timer;
  #error: CallTimeoutError | undefined = undefined;

  constructor(outer: CallContext, timeoutMs: number, name: string | undefined) {
    super(outer.attempt, outer);
    this.#name = name;
    this.#timeoutMs = timeoutMs;
    this.#timer = timers.schedule(timeoutMs, this);
  }

  fire(): void {
    if (this.aborted) return; // by the caller, who comes first
    this.#error = new CallTimeoutError(this.#timeoutMs, this.#name);
    this.abort(this.#error);
  }

  override end(): void {
    timers.cancel(this.#timer);
    super.end();
  }

  /** What the call fails with, given what the function failed with. */
  blame(error: unknown): unknown {
    const ours = this.#error;
    if (ours !== undefined && error !== ours) ours.cause = error;
    return ours ?? error;
  }
}

/** A deadline that does not wait for the function. */
class Race<Result> extends Deadline {
  #reject: ((reason: unknown) => void) | undefined = undefined;

  /** What the function answers or throws, what it throws at once included, or what calls it off. */
  run(fn: PolicyFunction<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      this.listen();
      Promise.resolve(fn(this)).then(resolve, reject);
    });
  }

  override abort(reason: unknown): void {
    super.abort(reason);
    this.#reject?.(reason);
  }
}
