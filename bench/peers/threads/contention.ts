/**
 * Real threads that count in one word, each alone by what it is given: the count is exact only if they really take turns.
 *
 * @module
 */

import type { SharedHandle } from "../../../src/coordination/shared/mod.ts";
import { type CrewMemory, Signals } from "../../threads/crew_memory.ts";

/** How many threads contend, and how often each takes its turn in a round. */
const THREADS = 2;
const TIMES = 10_000;

/** What a worker is made with. */
export interface ContentionStart {
  /** What it takes turns by: our mutex, or the word of another's. */
  readonly lock: SharedHandle<"mutex"> | SharedArrayBuffer;
  /** The word to count in, without any atomic access. */
  readonly count: SharedArrayBuffer;
  /** How the threads are told to begin, and tell that they have finished. */
  readonly memory: CrewMemory;
}

/** The threads, and what they count in. */
export class Contention {
  readonly #workers: readonly Worker[];
  readonly #signals: Signals;
  readonly #count: Int32Array;
  #expected = 0;

  private constructor(workers: readonly Worker[], signals: Signals, count: SharedArrayBuffer) {
    this.#workers = workers;
    this.#signals = signals;
    this.#count = new Int32Array(count);
  }

  /** Starts the threads, and waits until all have come. */
  static async begin(worker: URL, lock: ContentionStart["lock"]): Promise<Contention> {
    const memory = Signals.memory({ threads: THREADS, times: TIMES, room: 1 });
    const start: ContentionStart = { lock, count: new SharedArrayBuffer(4), memory };
    const workers = Array.from({ length: THREADS }, () => new Worker(worker, { type: "module" }));
    for (const each of workers) each.postMessage(start);
    const signals = new Signals(memory);
    await signals.awaitArrivals(THREADS);
    return new Contention(workers, signals, start.count);
  }

  /** Lets every thread count; whether no turn was lost. */
  async round(): Promise<boolean> {
    this.#expected = (this.#expected + THREADS * TIMES) | 0;
    this.#signals.begin();
    await this.#signals.awaitArrivals(THREADS);
    return this.#count[0] === this.#expected;
  }

  /** Ends the threads. */
  async end(): Promise<void> {
    this.#signals.dismiss();
    for (const worker of this.#workers) worker.terminate();
    await new Promise((resolve) => setTimeout(resolve)); // terminate() only asks
  }
}

/** What a thread does: counts as often as it is to, whenever it is told to. */
export function contend(signals: Signals, count: () => void): void {
  const { times } = signals;
  signals.arrive();
  for (let round = 0; signals.awaitRound(round); round++) {
    for (let time = 0; time < times; time++) count();
    signals.arrive();
  }
}
