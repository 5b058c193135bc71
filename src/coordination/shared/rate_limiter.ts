/**
 * A rate that threads keep together.
 *
 * @module
 */

import { type Timer, timers, type TimerTask } from "../../reliability/timer_wheel.ts";
import { nameOf } from "../primitive.ts";
import { requireCount } from "../require_count.ts";
import { type LineNode, WaitLine } from "../wait_line.ts";
import { requireWaitOptions, Waiter, type WaitOptions, WaitTimeoutError } from "../waiter.ts";
import { SharedWords } from "./atomic_memory.ts";
import { mayBlock } from "./blocking.ts";
import {
  createBuffer,
  handleOf,
  LOCK_AT,
  openHandle,
  requireName,
  type SharedHandle,
  type SharedPart,
  type SharedPrimitiveOptions,
  STATE_AT,
} from "./handle.ts";
import { LockAttempt, LockWord, takeBlocking } from "./lock_word.ts";
import { homeMembership } from "./membership.ts";

/** How a shared rate limiter is made. */
export interface SharedRateLimiterOptions extends SharedPrimitiveOptions {
  /** How many tokens there are in each interval, over all threads: an integer in [1, 1,000,000,000]. */
  readonly limit: number;
  /** The interval, in milliseconds; above 0 and at most 31,536,000,000, a year. Default 1000. */
  readonly intervalMs?: number;
  /** How many tokens may be taken at once after a pause: an integer in [1, 1,000,000,000]. Default `limit`. */
  readonly burst?: number;
  /** Tells milliseconds since 1970, the same in all threads. Default: that of `performance`. */
  readonly clock?: () => number;
}

/** In doubles: what it was made with, and the moment at which as much will be allowed again as if nothing had been taken. */
const TOKEN_MS_AT = STATE_AT / 2;
const BURST_AT = TOKEN_MS_AT + 1;
const ORIGIN_MS_AT = TOKEN_MS_AT + 2;
const FULL_AT_MS_AT = TOKEN_MS_AT + 3;
const MOST_TOKENS = 1e9;
const MOST_INTERVAL_MS = 365 * 24 * 3_600 * 1_000;

/**
 * Lets tasks of any thread do something `limit` times in an interval, spread evenly, after a pause `burst` times at once.
 *
 * The generic cell rate algorithm (ITU-T I.371): the state is one number, the moment at which it will be full again, so a Worker that
 * dies leaves nothing behind. Over any span of t milliseconds at most `burst + t * limit / intervalMs` tokens are taken.
 *
 * - **Clock.** Threads must agree on the time. If the clock is set forward, the limiter is full sooner; if it is set back, by however
 *   much, it lets nothing more pass than a full use of the burst would have, and goes on from there.
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
  readonly #doubles: Float64Array<SharedArrayBuffer>;
  readonly #lock: LockWord;
  readonly #clock: () => number;
  readonly #line: TokenLine;
  readonly #tokenMs: number;
  readonly #burst: number;

  private constructor(part: SharedPart<"rate limiter">, clock: (() => number) | undefined) {
    this.#part = part;
    this.#memory = new SharedWords(part.buffer);
    this.#doubles = new Float64Array(part.buffer);
    this.#lock = new LockWord(this.#memory, { at: LOCK_AT, me: part.member.lockName, watch: part.member });
    this.#tokenMs = this.#doubles[TOKEN_MS_AT]!;
    this.#burst = this.#doubles[BURST_AT]!;
    const originMs = this.#doubles[ORIGIN_MS_AT]!;
    // Since the limiter was made: so that a double has room for nanoseconds.
    this.#clock = clock === undefined
      ? () => performance.timeOrigin - originMs + performance.now()
      : () => clock() - originMs;
    this.#line = new TokenLine(
      (tokens) => this.#take(tokens),
      (tokens, timeoutMs) => this.#timeoutError(tokens, timeoutMs),
    );
  }

  /**
   * Makes a limiter that is full.
   *
   * @throws {RangeError} If `limit`, `intervalMs` or `burst` is out of range.
   * @throws {TypeError} If the name is none.
   */
  static create(
    { name, limit, intervalMs = 1_000, burst = limit, clock }: SharedRateLimiterOptions,
  ): SharedRateLimiter {
    requireName("rate limiter", name);
    requireCount("create a shared rate limiter with limit", limit, { min: 1, max: MOST_TOKENS });
    requireCount("create a shared rate limiter with burst", burst, { min: 1, max: MOST_TOKENS });
    if (!(intervalMs > 0 && intervalMs <= MOST_INTERVAL_MS)) {
      throw new RangeError(
        `Cannot create a shared rate limiter with intervalMs ${
          String(intervalMs)
        }: expected a number above 0, at most ` +
          `${MOST_INTERVAL_MS}; leave it out for a second`,
      );
    }
    const buffer = createBuffer("rate limiter", (STATE_AT + 8) * 4), doubles = new Float64Array(buffer);
    doubles[TOKEN_MS_AT] = intervalMs / limit;
    doubles[BURST_AT] = burst;
    doubles[ORIGIN_MS_AT] = clock === undefined ? performance.timeOrigin + performance.now() : clock();
    return new SharedRateLimiter({ type: "rate limiter", name, buffer, member: homeMembership() }, clock);
  }

  /**
   * Opens the limiter of another thread in this one.
   *
   * @param handle What the other thread's {@linkcode handle} was; `postMessage` carries it.
   * @param options The clock, if it was made with one: functions do not travel.
   * @throws {TypeError} If it is no handle, of another primitive, or of another version of this library.
   * @throws {SharedThreadsFullError} If 256 threads take part, and all live.
   */
  static attach(
    handle: SharedHandle<"rate limiter">,
    options: Pick<SharedRateLimiterOptions, "clock"> = {},
  ): SharedRateLimiter {
    return new SharedRateLimiter(openHandle(handle, "rate limiter"), options.clock);
  }

  /** What another thread needs for {@linkcode attach}: plain data for `postMessage`. */
  get handle(): SharedHandle<"rate limiter"> {
    return handleOf(this.#part);
  }

  /**
   * Takes tokens if there are enough; false means "not now".
   *
   * @param tokens An integer in [1, burst]. Default 1.
   * @throws {RangeError} If `tokens` is out of range.
   */
  tryTake(tokens = 1): boolean {
    this.#require(tokens);
    return this.#line.size === 0 && this.#take(tokens) === 0;
  }

  /**
   * How long it will take, in milliseconds, until there are enough tokens, if nobody else takes any; 0 if there are.
   *
   * @param tokens An integer in [1, burst]. Default 1.
   * @throws {RangeError} If `tokens` is out of range.
   */
  retryAfterMs(tokens = 1): number {
    this.#require(tokens);
    this.#enter();
    const nowMs = this.#clock(), shortMs = this.#fullAtMs(nowMs) - nowMs - (this.#burst - tokens) * this.#tokenMs;
    this.#lock.release();
    return Math.max(0, shortMs);
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
      if (options !== undefined) {
        requireWaitOptions(options);
        options.signal?.throwIfAborted();
      }
      if (this.#line.size === 0 && this.#take(tokens) === 0) return TAKEN;
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
    if (options !== undefined) requireWaitOptions(options);
    const timeoutMs = options?.timeoutMs ?? Infinity, startMs = performance.now();
    for (let shortMs = this.#take(tokens); shortMs > 0; shortMs = this.#take(tokens)) {
      mayBlock(nameOf("shared rate limiter", this.#part.name));
      const leftMs = startMs + timeoutMs - performance.now();
      if (leftMs <= 0) throw this.#timeoutError(tokens, timeoutMs);
      this.#memory.wait(IDLE_AT, 0, Math.min(leftMs, shortMs));
    }
  }

  /** Takes tokens and answers 0, or answers how long there will not be enough. Hot path. */
  #take(tokens: number): number {
    const nowMs = this.#clock();
    this.#enter();
    const fullAtMs = this.#fullAtMs(nowMs), shortMs = fullAtMs - nowMs - (this.#burst - tokens) * this.#tokenMs;
    if (shortMs <= BLUR_MS) this.#doubles[FULL_AT_MS_AT] = fullAtMs + tokens * this.#tokenMs;
    this.#lock.release();
    return shortMs <= BLUR_MS ? 0 : shortMs;
  }

  /** When it will be full. With the lock held. */
  #fullAtMs(nowMs: number): number {
    const latestMs = nowMs + this.#burst * this.#tokenMs, fullAtMs = this.#doubles[FULL_AT_MS_AT]!;
    if (fullAtMs > latestMs) this.#doubles[FULL_AT_MS_AT] = latestMs; // more cannot be missing: the clock was set back
    return Math.min(Math.max(fullAtMs, nowMs), latestMs);
  }

  #enter(): void {
    if (!this.#lock.tryTake()) takeBlocking(this.#lock, new LockAttempt(this.#lock), FOREVER); // a death inside leaves nothing to mend
  }

  #require(tokens: number): void {
    if (Number.isInteger(tokens) && tokens >= 1 && tokens <= this.#burst) return;
    throw new RangeError(
      `Cannot take ${String(tokens)} tokens from ${
        nameOf("shared rate limiter", this.#part.name)
      }: expected an integer in ` +
        `[1, ${this.#burst}]; take fewer at a time, or create it with a larger burst`,
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
const FOREVER = { timeoutMs: Infinity, clock: () => 0 };
/** What sums of doubles may be off by; a token is never given out earlier than that. */
const BLUR_MS = 1e-6;
/** A word that nobody changes, to sleep on: the last of the lock's line. */
const IDLE_AT = LOCK_AT + 15;

/** The tasks of one thread that wait for tokens. */
class TokenLine implements TimerTask {
  readonly #line = new WaitLine<TokenWaiter>();
  readonly #take: (tokens: number) => number;
  readonly timeoutError: (tokens: number, timeoutMs: number) => WaitTimeoutError;
  #timer: Timer | undefined = undefined;

  constructor(
    take: (tokens: number) => number,
    timeoutError: (tokens: number, timeoutMs: number) => WaitTimeoutError,
  ) {
    this.#take = take;
    this.timeoutError = timeoutError;
  }

  get size(): number {
    return this.#line.size;
  }

  wait(tokens: number, options: WaitOptions | undefined): Promise<void> {
    const waiter = new TokenWaiter(this, tokens);
    this.#line.insertAfter(this.#line.last, waiter);
    if (this.#timer === undefined) this.fire();
    waiter.watch(options);
    return waiter.promise;
  }

  leave(waiter: TokenWaiter): void {
    const wasFirst = this.#line.first === waiter;
    this.#line.remove(waiter);
    if (!wasFirst) return;
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.fire(); // the next one may want fewer
  }

  /** Serves in order, until there are not enough. */
  fire(): void {
    this.#timer = undefined;
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      const shortMs = this.#take(first.tokens);
      if (shortMs > 0) {
        this.#timer = timers.schedule(shortMs, this);
        return;
      }
      this.#line.remove(first);
      first.grant();
    }
  }
}

class TokenWaiter extends Waiter<void> implements LineNode<TokenWaiter> {
  previous: TokenWaiter | undefined = undefined;
  next: TokenWaiter | undefined = undefined;
  readonly tokens: number;
  readonly #line: TokenLine;

  constructor(line: TokenLine, tokens: number) {
    super();
    this.#line = line;
    this.tokens = tokens;
  }

  protected override leave(): void {
    this.#line.leave(this);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    return this.#line.timeoutError(this.tokens, timeoutMs);
  }
}
