/**
 * A rate in memory that threads share.
 *
 * @module
 */

import type { SharedAccounts } from "./accounts.ts";
import type { AtomicMemory } from "./atomic_memory.ts";
import { STATE_AT } from "./handle.ts";
import { LockAttempt, type LockWord, takeBlocking } from "./lock_word.ts";

/** Doubles: what it was made with, and the moment at which as much will be allowed again as if nothing had been taken. */
const TOKEN_MS_AT = STATE_AT;
const BURST_AT = STATE_AT + 2;
const FULL_AT_MS_AT = STATE_AT + 4;
/** The first even word that is not the cell's. */
export const CELL_END_AT = STATE_AT + 6;

/** What sums of doubles may be off by; a token is never given out earlier than that. */
const BLUR_MS = 1e-6;
const FOREVER = { timeoutMs: Infinity, clock: () => 0 };

/**
 * The generic cell rate algorithm (ITU-T I.371). Its state is one number, which is read and written under the lock and replaced by one
 * write: whoever dies at any moment has taken its tokens or has not, and leaves nothing to mend.
 */
export class RateCell {
  /** In what time a token comes back, and how many there are at most. */
  readonly tokenMs: number;
  readonly burst: number;
  readonly #memory: AtomicMemory;
  readonly #lock: LockWord;
  readonly #accounts: SharedAccounts;

  /** Opens it. */
  constructor(memory: AtomicMemory, lock: LockWord, accounts: SharedAccounts) {
    this.#memory = memory;
    this.#lock = lock;
    this.#accounts = accounts;
    this.tokenMs = memory.readDouble(TOKEN_MS_AT);
    this.burst = memory.readDouble(BURST_AT);
  }

  /** Takes tokens and answers 0, or answers in how many milliseconds there may be enough. `taken` is called with the lock held. Hot path. */
  take(tokens: number, nowMs: number, taken?: () => void): number {
    this.#enter();
    const fullAtMs = this.#fullAtMs(nowMs), shortMs = this.#shortMs(tokens, fullAtMs - nowMs);
    if (shortMs <= BLUR_MS) {
      this.#memory.writeDouble(FULL_AT_MS_AT, fullAtMs + tokens * this.tokenMs);
      this.#accounts.granted();
      taken?.();
    }
    this.#lock.release();
    return shortMs <= BLUR_MS ? 0 : shortMs;
  }

  /** How long there will not be enough tokens, if nobody takes any; 0 if there are. */
  retryAfterMs(tokens: number, nowMs: number): number {
    return Math.max(0, this.#shortMs(tokens, this.#missingMs(nowMs)));
  }

  /** How many tokens there are. */
  available(nowMs: number): number {
    return Math.floor(this.burst - (this.#missingMs(nowMs) - BLUR_MS) / this.tokenMs);
  }

  #shortMs(tokens: number, missingMs: number): number {
    return missingMs - (this.burst - tokens) * this.tokenMs;
  }

  #missingMs(nowMs: number): number {
    this.#enter();
    const missingMs = this.#fullAtMs(nowMs) - nowMs;
    this.#lock.release();
    return missingMs;
  }

  /** When it will be full. With the lock held. */
  #fullAtMs(nowMs: number): number {
    const memory = this.#memory,
      latestMs = nowMs + this.burst * this.tokenMs,
      fullAtMs = memory.readDouble(FULL_AT_MS_AT);
    if (fullAtMs > latestMs) memory.writeDouble(FULL_AT_MS_AT, latestMs); // more cannot be missing: the clock was set back
    return Math.min(Math.max(fullAtMs, nowMs), latestMs);
  }

  #enter(): void {
    if (!this.#lock.tryTake()) takeBlocking(this.#lock, new LockAttempt(this.#lock), FOREVER);
  }
}

/** Says what a cell allows; before anybody opens it. */
export function startCell(
  memory: Pick<AtomicMemory, "writeDouble">,
  { tokenMs, burst }: Pick<RateCell, "tokenMs" | "burst">,
): void {
  memory.writeDouble(TOKEN_MS_AT, tokenMs);
  memory.writeDouble(BURST_AT, burst);
}
