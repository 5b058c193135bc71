/**
 * Waiting for tokens.
 *
 * @module
 */

import type { Timer, TimerTask, TimerWheel } from "../../reliability/timer_wheel.ts";
import { type LineNode, WaitLine } from "../wait_line.ts";
import { Waiter, type WaitOptions, type WaitTimeoutError } from "../waiter.ts";
import { NO_RECORD, type WaitBoard } from "./wait_board.ts";

/** What the waiters of one thread have in common. */
export interface TokenLineOptions {
  readonly timers: Pick<TimerWheel, "schedule" | "cancel">;
  /** Where it is written on who waits. */
  readonly board: Pick<WaitBoard, "enter" | "leave">;
  /** Takes tokens for whom the record on the board is and answers 0; or answers in how many milliseconds to ask again. */
  readonly take: (tokens: number, record: number) => number;
  /** Called when somebody has given up. */
  readonly gaveUp: (cause: "timeout" | "abort") => void;
  readonly timeoutError: (tokens: number, timeoutMs: number) => WaitTimeoutError;
}

/** The tasks of one thread that wait for tokens, in order of arrival. One timer wakes the first of them. */
export class TokenLine implements TimerTask {
  readonly options: TokenLineOptions;
  readonly #line = new WaitLine<TokenWaiter>();
  #timer: Timer | undefined = undefined;

  /** Makes an empty line. */
  constructor(options: TokenLineOptions) {
    this.options = options;
  }

  /** How many wait. */
  get size(): number {
    return this.#line.size;
  }

  /** Waits behind the others. */
  wait(tokens: number, options: WaitOptions | undefined): Promise<void> {
    const waiter = new TokenWaiter(this, tokens);
    this.#line.insertAfter(this.#line.last, waiter);
    waiter.record = this.options.board.enter(tokens);
    if (this.#timer === undefined) this.fire();
    waiter.watch(options);
    return waiter.promise;
  }

  /** Takes somebody out of the line. */
  leave(waiter: TokenWaiter, cause: "timeout" | "abort"): void {
    const wasFirst = this.#line.first === waiter;
    this.#remove(waiter);
    this.options.gaveUp(cause);
    if (!wasFirst) return;
    if (this.#timer !== undefined) this.options.timers.cancel(this.#timer);
    this.fire(); // the next one may want fewer
  }

  /** Serves in order, until there are not enough. */
  fire(): void {
    this.#timer = undefined;
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      if (first.isAborted) {
        this.#remove(first);
        this.options.gaveUp("abort");
        first.refuseAborted();
        continue;
      }
      const shortMs = this.options.take(first.tokens, first.record);
      if (shortMs > 0) {
        this.#timer = this.options.timers.schedule(shortMs, this);
        return;
      }
      this.#remove(first);
      first.grant();
    }
  }

  #remove(waiter: TokenWaiter): void {
    this.#line.remove(waiter);
    this.options.board.leave(waiter.record);
  }
}

class TokenWaiter extends Waiter<void> implements LineNode<TokenWaiter> {
  previous: TokenWaiter | undefined = undefined;
  next: TokenWaiter | undefined = undefined;
  /** Where it stands on the board. */
  record = NO_RECORD;
  readonly tokens: number;
  readonly #line: TokenLine;

  constructor(line: TokenLine, tokens: number) {
    super();
    this.#line = line;
    this.tokens = tokens;
  }

  protected override leave(cause: "timeout" | "abort"): void {
    this.#line.leave(this, cause);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    return this.#line.options.timeoutError(this.tokens, timeoutMs);
  }
}
