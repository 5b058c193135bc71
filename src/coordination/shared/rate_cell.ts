/**
 * A rate in memory that threads share.
 *
 * @module
 */

import type { SharedAccounts } from "./accounts.ts";
import type { AtomicMemory } from "./atomic_memory.ts";
import { CommonClock } from "./common_clock.ts";
import { STATE_AT } from "./handle.ts";
import { type LockWord, takeBriefly } from "./lock_word.ts";

/** Doubles: what it was made with; what was missing at the latest time at which tokens were taken; and that time. */
const TOKEN_MS_AT = STATE_AT;
const BURST_AT = STATE_AT + 2;
const MISSING_MS_AT = STATE_AT + 4;
const LATEST_MS_AT = STATE_AT + 6;
/** The first even word that is not the cell's. */
export const CELL_END_AT = STATE_AT + 8;

/** What sums of doubles may be off by; and as a share of a token. A token is never given out earlier than that. */
const BLUR_MS = 1e-6;
const BLUR_RATIO = 1e-6;

/** What a cell is opened with. */
export interface RateCellOptions {
  readonly lock: LockWord;
  readonly accounts: SharedAccounts;
  /** Tells milliseconds. */
  readonly clock: () => number;
}

/**
 * The generic cell rate algorithm (ITU-T I.371), as a leaky bucket: how many milliseconds of tokens were missing, and when. So it is as
 * exact after years as at first. Both are read and written under the lock, the time first: whoever dies between the two leaves what was
 * missing before, as if no time had passed since, which is for the good of the limit.
 */
export class RateCell {
  /** In what time a token comes back, and how many there are at most. */
  readonly tokenMs: number;
  readonly burst: number;
  readonly #blurMs: number;
  readonly #memory: AtomicMemory;
  readonly #lock: LockWord;
  readonly #accounts: SharedAccounts;
  readonly #clock: CommonClock;

  /** Opens it; `clock` tells milliseconds and is read with the lock held, or the reading could be late. */
  constructor(memory: AtomicMemory, { lock, accounts, clock }: RateCellOptions) {
    this.#memory = memory;
    this.#lock = lock;
    this.#accounts = accounts;
    this.#clock = new CommonClock(clock);
    this.tokenMs = memory.readDouble(TOKEN_MS_AT);
    this.burst = memory.readDouble(BURST_AT);
    this.#blurMs = Math.min(BLUR_MS, this.tokenMs * BLUR_RATIO);
  }

  /** Takes tokens and answers 0, or answers in how many milliseconds there may be enough. `taken` is called with the lock held. Hot path. */
  take(tokens: number, taken?: () => void): number {
    const memory = this.#memory;
    this.#enter();
    try {
      const latestMs = memory.readDouble(LATEST_MS_AT), nowMs = this.#clock.now(latestMs);
      const missingMs = Math.max(0, memory.readDouble(MISSING_MS_AT) - (nowMs - latestMs));
      const shortMs = this.#shortMs(tokens, missingMs);
      if (shortMs > 0) return shortMs;
      memory.writeDouble(LATEST_MS_AT, nowMs);
      memory.writeDouble(MISSING_MS_AT, missingMs + tokens * this.tokenMs);
      this.#accounts.granted();
      taken?.();
      return 0;
    } finally {
      this.#lock.release();
    }
  }

  /** How long there will not be enough tokens, if nobody takes any; 0 if there are. */
  retryAfterMs(tokens: number): number {
    return this.#shortMs(tokens, this.#missingMs());
  }

  /** How many tokens there are. */
  available(): number {
    return Math.max(0, Math.floor(this.burst - (this.#missingMs() - this.#blurMs) / this.tokenMs));
  }

  #shortMs(tokens: number, missingMs: number): number {
    const shortMs = missingMs - (this.burst - tokens) * this.tokenMs;
    return shortMs <= this.#blurMs ? 0 : shortMs;
  }

  #missingMs(): number {
    const memory = this.#memory;
    this.#enter();
    try {
      const latestMs = memory.readDouble(LATEST_MS_AT);
      return Math.max(0, memory.readDouble(MISSING_MS_AT) - (this.#clock.now(latestMs) - latestMs));
    } finally {
      this.#lock.release();
    }
  }

  #enter(): void {
    const lock = this.#lock;
    if (lock.tryTake()) return;
    if (lock.holder === lock.me) {
      throw new Error(
        "Cannot use a shared rate limiter in its own clock: expected a clock that only tells the time; pass one that takes no tokens",
      );
    }
    takeBriefly(lock);
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
