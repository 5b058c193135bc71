/**
 * The latest spans, in memory.
 *
 * @module
 */

import { requireCount } from "../../coordination/require_count.ts";
import type { ReadableSpan, SpanProcessor } from "./readable_span.ts";

/** Keeps the latest spans that ended: for tests, and to show them. Costs O(1) a span. */
export class SpanRing implements SpanProcessor {
  readonly #slots: (ReadableSpan | undefined)[];
  #total = 0;

  /**
   * Starts empty.
   *
   * @param capacity How many it keeps: from 1 to 1e7. Default 1000.
   * @throws {RangeError} If it is none of these.
   */
  constructor(capacity = 1000) {
    requireCount("make a span ring with capacity", capacity, { min: 1, max: 1e7 });
    this.#slots = new Array(capacity).fill(undefined);
  }

  /** How many spans have ended since it was made. */
  get total(): number {
    return this.#total;
  }

  /** What it holds, in the order in which the spans ended. */
  spans(): ReadableSpan[] {
    const start = this.#total % this.#slots.length;
    return [...this.#slots.slice(start), ...this.#slots.slice(0, start)].filter((span) => span !== undefined);
  }

  /** Forgets what it holds; `total` goes on. */
  clear(): void {
    this.#slots.fill(undefined);
  }

  /** Does nothing. */
  onStart(): void {}

  /** Keeps it, in the place of the oldest. */
  onEnd(span: ReadableSpan): void {
    this.#slots[this.#total++ % this.#slots.length] = span;
  }

  /** Resolves at once. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** Resolves at once; what it holds stays. */
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
