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
const COME = 5;
const COUNT = 6;
const THREADS = 7;
const TIMES = 8;
const ROOM = 9;
const FIELDS = 10;

/** The round that there never is: the crew is dismissed. */
const DISMISSED = -1;

/** How long to wait for others that must come, in milliseconds: only what is broken keeps them away. */
const PATIENCE_MS = 10_000;

/** How large a crew is, and what its threads do in a round. */
export interface CrewSize {
  /** Threads. */
  readonly threads: number;
  /** How often each does its work in a round. */
  readonly times: number;
  /** How many may be inside at once. */
  readonly room: number;
}

/** What threads did in a round. */
export interface Tally {
  /** How often one was inside. */
  readonly passes: number;
  /** How often something was not as it must be. */
  readonly faults: number;
  /** What they have counted to, by turns; less than they did if two did it at once. */
  readonly count: number;
}

/** The counters, as seen from one thread. */
export class Signals {
  readonly #words: Int32Array<SharedArrayBuffer>;

  /** Reads the counters in a crew's memory. */
  constructor(memory: CrewMemory) {
    this.#words = new Int32Array(memory);
  }

  /** Makes a crew's memory. */
  static memory({ threads, times, room }: CrewSize): CrewMemory {
    const memory = new SharedArrayBuffer(FIELDS * Int32Array.BYTES_PER_ELEMENT);
    const words = new Int32Array(memory);
    [words[THREADS], words[TIMES], words[ROOM]] = [threads, times, room];
    return memory;
  }

  /** How many threads there are. */
  get threads(): number {
    return this.#words[THREADS]!;
  }

  /** How often each does its work in a round. */
  get times(): number {
    return this.#words[TIMES]!;
  }

  /** How many may be inside at once. */
  get room(): number {
    return this.#words[ROOM]!;
  }

  /** A thread has come as far as others wait for in this round. */
  come(): void {
    Atomics.add(this.#words, COME, 1);
    Atomics.notify(this.#words, COME);
  }

  /** Blocks until threads have so often come in this round; it is a fault if they do not. */
  awaitComing(times: number): void {
    for (let come = Atomics.load(this.#words, COME); come < times; come = Atomics.load(this.#words, COME)) {
      if (Atomics.wait(this.#words, COME, come, PATIENCE_MS) === "timed-out") return this.fault();
    }
  }

  /** A thread has what it wanted. */
  enter(): void {
    if (Atomics.add(this.#words, INSIDE, 1) >= this.#words[ROOM]!) this.fault();
  }

  /** Counts as one does who is alone: with a reading and a writing, between which nobody else may do the same. */
  count(): void {
    this.#words[COUNT] = this.#words[COUNT]! + 1;
  }

  /** A thread is about to give back what it wanted. */
  exit(): void {
    this.pass(1);
    Atomics.sub(this.#words, INSIDE, 1);
  }

  /** A thread has done its work so often. */
  pass(times: number): void {
    Atomics.add(this.#words, PASSES, times);
  }

  /** How often threads have done their work in this round so far. */
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
    Atomics.store(this.#words, COME, 0);
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
  takeTally(): Tally {
    const words = this.#words;
    return {
      passes: Atomics.exchange(words, PASSES, 0),
      faults: Atomics.exchange(words, FAULTS, 0),
      count: Atomics.exchange(words, COUNT, 0),
    };
  }
}
