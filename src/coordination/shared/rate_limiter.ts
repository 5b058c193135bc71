/**
 * A rate that threads keep together.
 *
 * @module
 */

import { requireBlockingWait, requireWait } from "./shared_options.ts";
import { foundValue } from "../found_value.ts";
import { requireCount } from "../require_count.ts";
import { timers } from "../../reliability/timer_wheel.ts";
import { nameOf } from "../primitive.ts";
import { type WaitOptions, WaitTimeoutError } from "../waiter.ts";
import { SharedAccounts } from "./accounts.ts";
import { SharedWords } from "./atomic_memory.ts";
import { MOST_CLOCK_MS } from "./common_clock.ts";
import { mayBlock } from "./blocking.ts";
import {
  createPart,
  handleOf,
  IDLE_AT,
  LOCK_AT,
  openHandle,
  type SharedHandle,
  type SharedPart,
  type SharedPrimitiveOptions,
} from "./handle.ts";
import { LockWord } from "./lock_word.ts";
import { CELL_END_AT, RateCell, startCell } from "./rate_cell.ts";
import type { SharedSnapshot } from "./snapshot.ts";
import { TokenLine } from "./token_line.ts";
import { BOARD_BYTES, WaitBoard } from "./wait_board.ts";
import { requireOptions } from "../require_options.ts";

/** How a shared rate limiter is made. */
export interface SharedRateLimiterOptions extends SharedPrimitiveOptions {
  /**
   * How many tokens there are in each interval, over all threads: an integer in [1, 1,000,000,000]; at most 1,000,000 in a millisecond.
   */
  readonly limit: number;
  /** The interval, in milliseconds; above 0 and at most 31,536,000,000, a year. Default 1000. */
  readonly perMs?: number;
  /** How many tokens may be taken at once after a pause: an integer in [1, 1,000,000,000]. Default `limit`. */
  readonly burst?: number;
  /**
   * Tells milliseconds since 1970, the same in all threads. It is read with the limiter's lock held, so it must be quick and not use
   * the limiter. While it throws or tells what no `Date` could, time stands still. Default: that of `performance`.
   */
  readonly clock?: () => number;
}

/** How a shared rate limiter stands: who waits `wants` tokens, 64 at most are told, in no order; nobody ever holds it. */
export interface SharedRateLimiterSnapshot extends SharedSnapshot<"rate limiter"> {
  /** How many tokens could be taken now, if nobody waited. */
  readonly available: number;
  /** The most tokens that can ever be taken at once. */
  readonly most: number;
}

/** When it was made, as a double: so that the cell's have room for nanoseconds. */
const ORIGIN_MS_AT = CELL_END_AT;
const BOARD_AT = CELL_END_AT + 2;
const MOST_TOKENS = 1e9;
const MOST_TOKENS_IN_MS = 1e6;
const LONGEST_PERIOD_MS = 365 * 24 * 3_600 * 1_000;

/**
 * Lets tasks of any thread do something `limit` times in an interval, spread evenly, after a pause `burst` times at once.
 *
 * The generic cell rate algorithm (ITU-T I.371): the state is how much was missing, and when; a Worker that dies leaves nothing behind
 * that would have to be mended. Over any span of t milliseconds at most `burst + t * limit / perMs` tokens are taken.
 *
 * - **Clock.** The time is the latest that any thread has taken tokens at; it never goes back. A thread whose clock is up to a second
 *   behind waits for its clock to come up; one that is further behind was set back, and its time goes on from the latest at once. If a
 *   clock is set forward, the limiter is full sooner.
 * - **Order.** The tasks of one thread are served in order of arrival; between threads, whoever asks first when there are tokens.
 *   `tryTake` does not pass those of its own thread who wait.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SharedRateLimiter } from "./rate_limiter.ts";
 *
 * let nowMs = 1_000_000;
 * const limiter = SharedRateLimiter.create({ limit: 10, burst: 2, clock: () => nowMs });
 * const elsewhere = SharedRateLimiter.attach(limiter.handle, { clock: () => nowMs }); // in a Worker: attach(event.data)
 * assertEquals([limiter.tryTake(), elsewhere.tryTake(), limiter.tryTake()], [true, true, false]);
 * assertEquals(Math.round(elsewhere.retryAfterMs()), 100);
 * nowMs += 100;
 * assertEquals([limiter.tryTake(), elsewhere.tryTake()], [true, false]);
 * ```
 */
export class SharedRateLimiter {
  readonly #part: SharedPart<"rate limiter">;
  readonly #memory: SharedWords;
  readonly #accounts: SharedAccounts;
  readonly #board: WaitBoard;
  readonly #cell: RateCell;
  readonly #line: TokenLine;

  private constructor(part: SharedPart<"rate limiter">, clock: (() => number) | undefined) {
    const memory = new SharedWords(part.buffer), accounts = new SharedAccounts(part.buffer), { member } = part;
    const lock = new LockWord(memory, { at: LOCK_AT, me: member.lockName, watch: member });
    const originMs = memory.readDouble(ORIGIN_MS_AT);
    this.#part = part;
    this.#memory = memory;
    this.#accounts = accounts;
    this.#board = new WaitBoard(memory, BOARD_AT, { member, accounts });
    this.#cell = new RateCell(memory, {
      lock,
      accounts,
      clock: clock === undefined
        ? () => performance.timeOrigin - originMs + performance.now()
        : () => clock() - originMs,
    });
    this.#line = new TokenLine({
      timers,
      board: this.#board,
      take: (tokens, record) => this.#takeAfterWait(tokens, record),
      gaveUp: (cause) => accounts.gaveUp(cause),
      timeoutError: (tokens, timeoutMs) => this.#timeoutError(tokens, timeoutMs),
    });
  }

  /**
   * Makes a limiter that is full.
   *
   * @throws {RangeError} If `limit`, `perMs` or `burst` is out of range, or the clock tells what no `Date` could.
   * @throws {TypeError} If the name or `timing` is none, or the clock is no function.
   * @throws What the clock throws.
   */
  static create(given: SharedRateLimiterOptions): SharedRateLimiter {
    const { limit, perMs = 1_000, burst = limit, clock, ...options } = requireOptions(
      "open a shared rate limiter",
      given,
    );
    requireCount("create a shared rate limiter with limit", limit, { min: 1, max: MOST_TOKENS });
    requireCount("create a shared rate limiter with burst", burst, { min: 1, max: MOST_TOKENS });
    if (!(typeof perMs === "number" && perMs > 0 && perMs <= LONGEST_PERIOD_MS)) {
      throw new RangeError(
        `Cannot create a shared rate limiter with perMs ${foundValue(perMs)}: expected a number above 0, at most ` +
          `${LONGEST_PERIOD_MS}; leave it out for a second`,
      );
    }
    if (limit / perMs > MOST_TOKENS_IN_MS) {
      throw new RangeError(
        `Cannot create a shared rate limiter with limit ${limit} in perMs ${perMs}: expected at most ` +
          `${MOST_TOKENS_IN_MS} tokens in a millisecond; raise perMs, or let a token stand for more`,
      );
    }
    requireClock("create", clock);
    const originMs = clock === undefined ? performance.timeOrigin + performance.now() : clock();
    if (!(typeof originMs === "number" && Math.abs(originMs) <= MOST_CLOCK_MS)) {
      throw new RangeError(
        `Cannot create a shared rate limiter with a clock that tells ${foundValue(originMs)}: expected milliseconds; ` +
          "pass a clock that tells the time, or leave it out",
      );
    }
    const part = createPart("rate limiter", options, { byteLength: BOARD_AT * 4 + BOARD_BYTES });
    const memory = new SharedWords(part.buffer);
    startCell(memory, { tokenMs: perMs / limit, burst });
    memory.writeDouble(ORIGIN_MS_AT, originMs);
    return new SharedRateLimiter(part, clock);
  }

  /**
   * Opens the limiter of another thread in this one.
   *
   * @param handle What the other thread's {@linkcode handle} was; `postMessage` carries it.
   * @param options The clock, if it was made with one: functions do not travel.
   * @throws {TypeError} If it is no handle, of another primitive, or of another version of this library; or the clock is no function.
   * @throws {SharedThreadsFullError} If 256 threads take part, and all live.
   */
  static attach(
    handle: SharedHandle<"rate limiter">,
    options: Pick<SharedRateLimiterOptions, "clock"> = {},
  ): SharedRateLimiter {
    const { clock } = requireOptions("open a shared rate limiter", options);
    requireClock("attach to", clock);
    return new SharedRateLimiter(openHandle(handle, "rate limiter"), clock);
  }

  /** What another thread needs for {@linkcode attach}: plain data for `postMessage`. */
  get handle(): SharedHandle<"rate limiter"> {
    return handleOf(this.#part);
  }

  /**
   * Takes tokens if there are enough; false means "not now".
   *
   * Another thread may be changing the words that it looks at; that takes some instructions, for which it waits, a Worker asleep and a
   * main thread in a loop. "Not now" is never said for that.
   *
   * @param tokens An integer in [1, burst]. Default 1.
   * @throws {RangeError} If `tokens` is out of range.
   */
  tryTake(tokens = 1): boolean {
    this.#require(tokens);
    return this.#line.size === 0 && this.#cell.take(tokens) === 0;
  }

  /**
   * How long it will take, in milliseconds, until there are enough tokens, if nobody else takes any; 0 if there are.
   *
   * @param tokens An integer in [1, burst]. Default 1.
   * @throws {RangeError} If `tokens` is out of range.
   */
  retryAfterMs(tokens = 1): number {
    this.#require(tokens);
    return this.#cell.retryAfterMs(tokens);
  }

  /**
   * Takes tokens when there are enough; the thread goes on meanwhile. Keeps the program alive while it waits.
   *
   * @param tokens An integer in [1, burst]. Default 1.
   * @param options How long to wait.
   * @throws {RangeError} If `tokens` or `timeoutMs` is out of range.
   * @throws {WaitTimeoutError} If there were not enough within `timeoutMs`; then none were taken.
   * @throws The signal's reason, once the signal is aborted; then none were taken.
   */
  take(tokens = 1, options?: WaitOptions): Promise<void> {
    try {
      this.#require(tokens);
      requireWait(options);
      if (this.#line.size === 0 && this.#cell.take(tokens) === 0) return TAKEN;
      return this.#line.wait(tokens, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Takes tokens when there are enough; the thread sleeps meanwhile, its timers and promises too.
   *
   * @param tokens An integer in [1, burst]. Default 1.
   * @param options How long to wait; there is no signal, as nothing could abort it while the thread sleeps.
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode take} rejects with.
   */
  takeBlocking(tokens = 1, options?: Pick<WaitOptions, "timeoutMs">): void {
    this.#require(tokens);
    requireBlockingWait(options);
    const shortMs = this.#cell.take(tokens);
    if (shortMs > 0) this.#sleep(tokens, { shortMs, timeoutMs: options?.timeoutMs ?? Infinity });
  }

  /** How the limiter stands now. Costs a look at each who may wait. */
  snapshot(): SharedRateLimiterSnapshot {
    const { type, name } = this.#part, available = this.#cell.available();
    const waiters = this.#board.list(), totals = this.#accounts.totals();
    return { type, name, holders: [], waiters, totals, available, most: this.#cell.burst };
  }

  #sleep(tokens: number, wait: { readonly shortMs: number; readonly timeoutMs: number }): void {
    const { timeoutMs } = wait, startMs = performance.now();
    mayBlock(nameOf("shared rate limiter", this.#part.name));
    const record = this.#board.enter(tokens);
    try {
      for (let { shortMs } = wait; shortMs > 0; shortMs = this.#takeAfterWait(tokens, record)) {
        const leftMs = startMs + timeoutMs - performance.now();
        if (leftMs <= 0) {
          this.#accounts.gaveUp("timeout");
          throw this.#timeoutError(tokens, timeoutMs);
        }
        this.#memory.wait(IDLE_AT, 0, Math.min(leftMs, shortMs));
      }
    } finally {
      this.#board.leave(record);
    }
  }

  #takeAfterWait(tokens: number, record: number): number {
    return this.#cell.take(tokens, () => this.#accounts.served(this.#board.sinceAt(record)));
  }

  #require(tokens: number): void {
    if (Number.isInteger(tokens) && tokens >= 1 && tokens <= this.#cell.burst) return;
    throw new RangeError(
      `Cannot take ${foundValue(tokens)} tokens from ${
        nameOf("shared rate limiter", this.#part.name)
      }: expected an integer in ` +
        `[1, ${this.#cell.burst}]; take fewer at a time, or create it with a larger burst`,
    );
  }

  #timeoutError(tokens: number, timeoutMs: number): WaitTimeoutError {
    const what = `${tokens} of the tokens of ${nameOf("shared rate limiter", this.#part.name)}`;
    return new WaitTimeoutError(
      what,
      timeoutMs,
      `there are enough in ${Math.ceil(this.retryAfterMs(tokens))} ms at the earliest`,
    );
  }
}

const TAKEN: Promise<void> = Promise.resolve();

function requireClock(action: "create" | "attach to", clock: unknown): void {
  if (clock === undefined || typeof clock === "function") return;
  throw new TypeError(
    `Cannot ${action} a shared rate limiter with a clock that is ${
      clock === null ? "null" : typeof clock
    }: expected a function that tells milliseconds; leave it out for the thread's own`,
  );
}
