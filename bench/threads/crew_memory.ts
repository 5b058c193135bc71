/**
 * How a crew of threads is told to begin, and tells that it has finished.
 *
 * @module
 */

/** Shared by all; a handful of counters. */
export type CrewMemory = SharedArrayBuffer;

const ROUND = 0;
const ARRIVED = 1;
const INSIDE = 2;
const FAULTS = 3;
const PASSES = 4;
const TIMES = 5;
const ROOM = 6;
const FIELDS = 7;

/** The round that there never is: the crew is dismissed. */
const DISMISSED = -1;

/** The counters, as seen from one thread. */
export class Signals {
  readonly #words: Int32Array<SharedArrayBuffer>;

  /** Reads the counters in a crew's memory. */
  constructor(memory: CrewMemory) {
    this.#words = new Int32Array(memory);
  }

  /** Makes a crew's memory: each acquires so many times a round, and at most `room` may be inside at once. */
  static memory(times: number, room: number): CrewMemory {
    const memory = new SharedArrayBuffer(FIELDS * Int32Array.BYTES_PER_ELEMENT);
    const words = new Int32Array(memory);
    [words[TIMES], words[ROOM]] = [times, room];
    return memory;
  }

  /** How often each thread acquires in a round. */
  get times(): number {
    return this.#words[TIMES]!;
  }

  /** A thread has what it wanted. */
  enter(): void {
    if (Atomics.add(this.#words, INSIDE, 1) >= this.#words[ROOM]!) this.fault();
  }

  /** It is about to give it back. */
  exit(): void {
    Atomics.add(this.#words, PASSES, 1);
    Atomics.sub(this.#words, INSIDE, 1);
  }

  /** How often threads have been inside in this round so far. */
  get passes(): number {
    return Atomics.load(this.#words, PASSES);
  }

  /** Something is not as it must be. */
  fault(): void {
    Atomics.add(this.#words, FAULTS, 1);
  }

  /** A thread is ready, or has finished its round. */
  arrive(): void {
    Atomics.add(this.#words, ARRIVED, 1);
    Atomics.notify(this.#words, ARRIVED);
  }

  /** Blocks until a round begins; whether there is one. */
  awaitRound(done: number): boolean {
    // Again if nothing has changed: whoever was quick may sleep already when the round that it has finished is notified.
    while (Atomics.load(this.#words, ROUND) === done) Atomics.wait(this.#words, ROUND, done);
    return Atomics.load(this.#words, ROUND) !== DISMISSED;
  }

  /** Begins a round. */
  begin(): void {
    Atomics.store(this.#words, ARRIVED, 0);
    Atomics.add(this.#words, ROUND, 1);
    Atomics.notify(this.#words, ROUND);
  }

  /** Tells all threads to end. */
  dismiss(): void {
    Atomics.store(this.#words, ROUND, DISMISSED);
    Atomics.notify(this.#words, ROUND);
  }

  /** Waits until so many have arrived. */
  async awaitArrivals(threads: number): Promise<void> {
    for (let arrived = Atomics.load(this.#words, ARRIVED); arrived < threads;) {
      await Atomics.waitAsync(this.#words, ARRIVED, arrived).value;
      arrived = Atomics.load(this.#words, ARRIVED);
    }
  }

  /** What the last round did; counts anew from then on. */
  takeTally(): { readonly passes: number; readonly faults: number } {
    return { passes: Atomics.exchange(this.#words, PASSES, 0), faults: Atomics.exchange(this.#words, FAULTS, 0) };
  }
}
