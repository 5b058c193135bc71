/**
 * What is counted of a shared primitive, over all threads.
 *
 * @module
 */

import type { PrimitiveTotals } from "../primitive.ts";
import { ACCOUNTS_AT, TIMING_AT } from "./handle.ts";

/** In doubles, or, what is counted without the lock, in 64-bit integers. */
const GRANTS = 0;
const WAITS = 1;
const LONGEST_WAIT_MS = 2;
const TIMEOUTS = 3;
const ABORTS = 4;
const COUNTS = 5;
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
  readonly #counts: Float64Array<SharedArrayBuffer>;
  readonly #doubles: Float64Array<SharedArrayBuffer>;

  /** Opens those of a primitive's buffer; a channel has two, the second one elsewhere. */
  constructor(buffer: SharedArrayBuffer, at: number = ACCOUNTS_AT) {
    this.timed = new Int32Array(buffer)[TIMING_AT] === 1;
    this.#counts = new Float64Array(buffer, at * 4, COUNTS);
    this.#doubles = new Float64Array(buffer, 0, buffer.byteLength >> 3);
  }

  /** The same as integers. */
  get #integers(): BigInt64Array<SharedArrayBuffer> {
    const { buffer, byteOffset } = this.#counts;
    return new BigInt64Array(buffer, byteOffset, COUNTS);
  }

  /** Something was granted, at once or after a wait. Hot path. */
  granted(): void {
    this.#counts[GRANTS]!++;
  }

  /** A wait has ended with a grant; it began at the stamp of a word, if that was kept. */
  served(stampAt: number | undefined): void {
    this.#counts[WAITS]!++;
    const waitedMs = stampAt === undefined ? undefined : this.since(stampAt);
    if (waitedMs !== undefined && waitedMs > this.#counts[LONGEST_WAIT_MS]!) {
      this.#counts[LONGEST_WAIT_MS] = waitedMs;
    }
  }

  /** Somebody gave up. With or without the lock. */
  gaveUp(cause: "timeout" | "abort"): void {
    Atomics.add(this.#integers, cause === "timeout" ? TIMEOUTS : ABORTS, 1n);
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
    const counts = this.#counts, integers = this.#integers;
    return {
      grants: counts[GRANTS]!,
      waits: counts[WAITS]!,
      timeouts: Number(Atomics.load(integers, TIMEOUTS)),
      aborts: Number(Atomics.load(integers, ABORTS)),
      longestWaitMs: this.timed ? counts[LONGEST_WAIT_MS]! : undefined,
    };
  }
}

/** Milliseconds since 1970: the same in all threads. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
