/**
 * Words that threads share, and all that may be done to them.
 *
 * @module
 */

import { MAY_NAP } from "./blocking.ts";

/** How a wait ended: notified, not begun because the word had another value, or over in time. */
export type WaitOutcome = "ok" | "not-equal" | "timed-out";

/**
 * Memory of 32-bit signed words, by index.
 *
 * The protocols of this folder are written against it, so that they run on a model of memory as well: one that stops a thread before
 * any access that another thread could see. `read` and `write` are for what only the holder of a lock touches.
 */
export interface AtomicMemory {
  /** The word. */
  load(at: number): number;
  /** Replaces the word. */
  store(at: number, value: number): void;
  /** Replaces the word; answers what it was. */
  exchange(at: number, value: number): number;
  /** Replaces the word if it is `expected`; answers what it was. */
  compareExchange(at: number, expected: number, value: number): number;
  /** Adds to the word, which wraps around; answers what it was. */
  add(at: number, delta: number): number;
  /** Puts the thread to sleep while the word is `value`, until it is notified or `timeoutMs` are over. */
  wait(at: number, value: number, timeoutMs: number): WaitOutcome;
  /** Waits likewise for what takes a moment; a main thread turns in a loop instead of going to sleep. */
  nap(at: number, value: number, timeoutMs: number): WaitOutcome;
  /**
   * Waits likewise while the thread goes on: `woken` is called in a later turn of its event loop, once it was notified. The wait cannot
   * be called off. False, and nothing is called, if the word has another value.
   */
  waitAsync(at: number, value: number, woken: () => void): boolean;
  /** Wakes at most `count` of those who wait on the word, first come first; answers how many it woke. */
  notify(at: number, count: number): number;
  /** The word, which no other thread changes meanwhile. */
  read(at: number): number;
  /** Replaces the word, which no other thread looks at meanwhile. */
  write(at: number, value: number): void;
  /** The double that begins at an even word, which no other thread changes meanwhile. */
  readDouble(at: number): number;
  /** Replaces the double that begins at an even word, which no other thread looks at meanwhile. */
  writeDouble(at: number, value: number): void;
  /** Tells the processor that the thread spins. */
  pause(): void;
}

/** The memory of a `SharedArrayBuffer`. The only one outside of tests, so that the engine sees one class and inlines its methods. */
export class SharedWords implements AtomicMemory {
  /** The words themselves. */
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly #doubles: Float64Array<SharedArrayBuffer>;

  /** Opens the whole buffer. */
  constructor(buffer: SharedArrayBuffer) {
    this.words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer, 0, buffer.byteLength >> 3);
  }

  /** `Atomics.load`. */
  load(at: number): number {
    return Atomics.load(this.words, at);
  }

  /** `Atomics.store`. */
  store(at: number, value: number): void {
    Atomics.store(this.words, at, value);
  }

  /** `Atomics.exchange`. */
  exchange(at: number, value: number): number {
    return Atomics.exchange(this.words, at, value);
  }

  /** `Atomics.compareExchange`. */
  compareExchange(at: number, expected: number, value: number): number {
    return Atomics.compareExchange(this.words, at, expected, value);
  }

  /** `Atomics.add`. */
  add(at: number, delta: number): number {
    return Atomics.add(this.words, at, delta);
  }

  /** `Atomics.wait`. */
  wait(at: number, value: number, timeoutMs: number): WaitOutcome {
    return Atomics.wait(this.words, at, value, timeoutMs);
  }

  /** `Atomics.wait`, or turns of a loop. */
  nap(at: number, value: number, timeoutMs: number): WaitOutcome {
    return MAY_NAP ? this.wait(at, value, timeoutMs) : this.#turn(at, value);
  }

  /** By number and not by the clock, which a test may have stopped. */
  #turn(at: number, value: number): Exclude<WaitOutcome, "ok"> {
    for (let i = 0; i < MOST_LOOKS; i++) {
      Atomics.pause();
      if (Atomics.load(this.words, at) !== value) return "not-equal";
    }
    return "timed-out";
  }

  /** `Atomics.waitAsync`. */
  waitAsync(at: number, value: number, woken: () => void): boolean {
    const wait = Atomics.waitAsync(this.words, at, value);
    if (wait.async) wait.value.then(woken);
    return wait.async;
  }

  /** `Atomics.notify`. */
  notify(at: number, count: number): number {
    return Atomics.notify(this.words, at, count);
  }

  /** A plain access. */
  read(at: number): number {
    return this.words[at]!;
  }

  /** A plain access. */
  write(at: number, value: number): void {
    this.words[at] = value;
  }

  /** A plain access. */
  readDouble(at: number): number {
    return this.#doubles[at >> 1]!;
  }

  /** A plain access. */
  writeDouble(at: number, value: number): void {
    this.#doubles[at >> 1] = value;
  }

  /** `Atomics.pause`. */
  pause(): void {
    Atomics.pause();
  }
}

/** How often a main thread looks before it asks whether the holder has died: that takes some milliseconds. */
const MOST_LOOKS = 200_000;
