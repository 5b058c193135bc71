/**
 * Benchmarks that time a part of themselves, as `deno bench` lets them with `b.start()` and `b.end()`.
 *
 * @module
 */

import { performanceClock } from "../clock.ts";

/** A moment that was not told. */
const UNTOLD = -1;

/** The part of an iteration that is timed, as the benchmark tells. It belongs to one benchmark in one process. */
export class SelfTiming implements Deno.BenchContext {
  /** The benchmark's name. */
  readonly name: string;
  /** URL of its file. */
  readonly origin: string;
  /** As Deno calls it. */
  readonly [Symbol.toStringTag] = "BenchContext";
  readonly #now: () => number;
  #startNs = UNTOLD;
  #endNs = UNTOLD;
  #isOpen = false;
  #isUsed = false;

  /** Nothing is timed yet; `now` tells nanoseconds. */
  constructor(name: string, origin: string, now: () => number = performanceClock.now) {
    this.#now = now;
    this.name = name;
    this.origin = origin;
    this.start = this.start.bind(this); // a benchmark may take them out of their object
    this.end = this.end.bind(this);
  }

  /** Whether an iteration has told of a part. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /**
   * Begins the part that is timed.
   *
   * @throws {TypeError} If it has begun in this iteration, or the benchmark did not do so when it was tried.
   */
  start(): void {
    const now = this.#now();
    this.#require(this.#startNs === UNTOLD, "start");
    this.#startNs = now;
  }

  /**
   * Ends the part that is timed.
   *
   * @throws {TypeError} If it has ended in this iteration, or the benchmark did not do so when it was tried.
   */
  end(): void {
    const now = this.#now();
    this.#require(this.#endNs === UNTOLD, "end");
    this.#endNs = now;
  }

  /** For the loop: an iteration begins. */
  open(): void {
    this.#startNs = this.#endNs = UNTOLD;
    this.#isOpen = true;
  }

  /** For the loop: how long the part took in an iteration that lasted from one moment to the other, in nanoseconds. */
  close(fromNs: number, toNs: number): number {
    const [start, end] = [this.#startNs, this.#endNs];
    this.#isOpen = false;
    return (end === UNTOLD ? toNs : end) - (start === UNTOLD ? fromNs : start);
  }

  #require(isFirst: boolean, call: "start" | "end"): void {
    this.#isUsed = true;
    if (!this.#isOpen) {
      throw new TypeError(`it calls b.${call}() only in some of its iterations, or after one; call it in each`);
    }
    if (!isFirst) throw new TypeError(`it calls b.${call}() twice in one iteration; call it once`);
  }
}
