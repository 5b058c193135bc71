/**
 * Somebody who stands in a line of turns.
 *
 * @module
 */

import type { TimerTask } from "../reliability/timer_wheel.ts";
import type { AbortListener } from "./abort_listeners.ts";
import type { ContestedWait, Share } from "./deadlocks/contested.ts";
import { levelOf } from "./priority.ts";
import type { RankedNode } from "./ranked_line.ts";
import type { TurnLine } from "./turn_line.ts";
import type { TurnOptions } from "./turn_options.ts";
import { WaitLimits } from "./wait_limits.ts";

/**
 * A promise and a place in a {@linkcode TurnLine}. Settles once: by `grant` or `refuse`, by its signal, or by its timer, whichever
 * comes first; then it holds on to nothing.
 *
 * One class for whatever is waited for, derived from nothing and by nothing: all code that handles waiters sees one shape, however
 * many kinds of primitives a program uses.
 */
export class TurnWaiter<Granted, Want>
  implements RankedNode<TurnWaiter<Granted, Want>>, ContestedWait, AbortListener, TimerTask {
  previous: TurnWaiter<Granted, Want> | undefined = undefined;
  next: TurnWaiter<Granted, Want> | undefined = undefined;
  overtaken = 0;
  level: number;
  /** Who it is, if that was told. */
  readonly owner: string | undefined;
  /** What it waits for. */
  readonly want: Want;
  /** When it began to wait. */
  readonly stampMs: number;
  /** Resolves with what is granted; rejects when the waiter gives up or is refused. */
  readonly promise: Promise<Granted>;
  readonly #line: TurnLine<Granted, Want>;
  #resolve!: (granted: Granted) => void;
  #reject!: (reason: unknown) => void;
  #limits: WaitLimits | undefined = undefined;
  #isWaiting = true;

  /** Does not join the line; the options have been checked. */
  constructor(line: TurnLine<Granted, Want>, want: Want, options: TurnOptions | undefined) {
    this.level = levelOf(options);
    this.owner = options?.owner;
    this.want = want;
    this.stampMs = line.accounts.stamp();
    this.#line = line;
    this.promise = new Promise((resolve, reject) => { // a quarter cheaper than Promise.withResolvers
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** What it waits for, for a report of a deadlock. */
  get share(): Share {
    return this.#line.host.shareOf?.(this.want) ?? 1;
  }

  /** Whether it has a time limit, so that the wait ends in any case. */
  get isLimited(): boolean {
    return this.#limits !== undefined && this.#limits.timeoutMs !== undefined;
  }

  /** Whether its owner does nothing else meanwhile. */
  get isAwaited(): boolean {
    return true;
  }

  /** Starts to listen for what may end the wait; called when it stands in line. Does nothing if its turn has come. */
  watch(options: TurnOptions): void {
    if (!this.#isWaiting) return;
    try {
      this.#limits = new WaitLimits(options);
      this.#limits.start(this);
    } catch (error) {
      this.giveUp(error); // a signal that cannot be listened to: nobody may stay in line for it
    }
  }

  /** Whether its signal is aborted and has not told it yet: it may be granted nothing any more, and leaves presently. */
  get isAborted(): boolean {
    return this.#limits !== undefined && this.#limits.isAborted;
  }

  /** Ends the wait of somebody who {@linkcode isAborted}; the caller has taken it out of the line. */
  refuseAborted(): void {
    this.refuse(this.#limits?.signal?.reason);
  }

  /** Ends the wait with what was waited for; the caller has taken it out of the line. */
  grant(granted: Granted): void {
    this.#settle();
    this.#resolve(granted);
  }

  /** Ends the wait with an error; the caller has taken it out of the line. */
  refuse(reason: unknown): void {
    this.#settle();
    this.#reject(reason);
  }

  /** Gives up with an error, as if a signal had been aborted with it; whoever waits no more is left alone. */
  giveUp(reason: unknown): void {
    if (this.#isWaiting) this.#leave("abort", reason);
  }

  /** Called by the signal. */
  handleEvent(): void {
    this.#leave("abort", this.#limits?.signal?.reason);
  }

  /** Called by the timer. */
  fire(): void {
    this.#leave("timeout", this.#line.host.timeoutError(this, this.#limits?.timeoutMs ?? 0));
  }

  #leave(why: "timeout" | "abort", reason: unknown): void {
    this.#settle();
    this.#line.gaveUp(this, why, reason);
    this.#reject(reason);
  }

  #settle(): void {
    this.#isWaiting = false;
    if (this.#limits === undefined) return;
    this.#limits.end(this);
    this.#limits = undefined;
  }
}
