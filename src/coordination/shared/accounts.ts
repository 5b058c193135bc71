/**
 * What is counted of a shared primitive, over all threads.
 *
 * @module
 */

import type { PrimitiveTotals } from "../primitive.ts";
import { ACCOUNTS_AT, TIMING_AT } from "./handle.ts";

/** In doubles, or, what is counted without the lock, in 64-bit integers. */
const GRANTS_AT = ACCOUNTS_AT / 2;
const WAITS_AT = GRANTS_AT + 1;
const LONGEST_WAIT_MS_AT = GRANTS_AT + 2;
const TIMEOUTS_AT = GRANTS_AT + 3;
const ABORTS_AT = GRANTS_AT + 4;
/** For a primitive with one holder at most: since when it has it. A word, as stamps lie at words. */
export const HELD_SINCE_AT = ACCOUNTS_AT + 10;

/**
 * The totals of a primitive, and its stamps if it is timed: moments that lie at even words of its buffer.
 *
 * All but `gaveUp` and `totals` is for who holds the primitive's lock, so it is plain. No protocol reads it: a thread that dies may
 * leave a grant uncounted, and nothing else.
 */
export class SharedAccounts {
  /** Whether time is measured. */
  readonly timed: boolean;
  readonly #doubles: Float64Array<SharedArrayBuffer>;
  readonly #buffer: SharedArrayBuffer;

  /** Opens those of a primitive's buffer. */
  constructor(buffer: SharedArrayBuffer) {
    this.timed = new Int32Array(buffer)[TIMING_AT] === 1;
    this.#doubles = new Float64Array(buffer, 0, buffer.byteLength >> 3);
    this.#buffer = buffer;
  }

  /** Something was granted, at once or after a wait. Hot path. */
  granted(): void {
    this.#doubles[GRANTS_AT]!++;
  }

  /** A wait has ended with a grant; it began at the stamp of a word, if that was kept. */
  served(stampAt: number | undefined): void {
    this.#doubles[WAITS_AT]!++;
    const waitedMs = stampAt === undefined ? undefined : this.since(stampAt);
    if (waitedMs !== undefined && waitedMs > this.#doubles[LONGEST_WAIT_MS_AT]!) {
      this.#doubles[LONGEST_WAIT_MS_AT] = waitedMs;
    }
  }

  /** Somebody gave up. With or without the lock. */
  gaveUp(cause: "timeout" | "abort"): void {
    Atomics.add(new BigInt64Array(this.#buffer), cause === "timeout" ? TIMEOUTS_AT : ABORTS_AT, 1n);
  }

  /** Writes the present to a word, if time is measured. */
  stamp(at: number): void {
    if (this.timed) this.#doubles[at >> 1] = now();
  }

  /** How long ago the stamp of a word was, in milliseconds, at least 0; undefined if time is not measured. */
  since(at: number): number | undefined {
    return this.timed ? Math.max(0, now() - this.#doubles[at >> 1]!) : undefined;
  }

  /** What has been counted. */
  totals(): PrimitiveTotals {
    const doubles = this.#doubles, counts = new BigInt64Array(this.#buffer);
    return {
      grants: doubles[GRANTS_AT]!,
      waits: doubles[WAITS_AT]!,
      timeouts: Number(Atomics.load(counts, TIMEOUTS_AT)),
      aborts: Number(Atomics.load(counts, ABORTS_AT)),
      longestWaitMs: this.timed ? doubles[LONGEST_WAIT_MS_AT]! : undefined,
    };
  }
}

/** Milliseconds since 1970: the same in all threads. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
