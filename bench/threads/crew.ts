/**
 * Real threads that meet, again and again.
 *
 * @module
 */

import { type CrewMemory, type CrewSize, Signals } from "./crew_memory.ts";

/** How large a crew is, and what it does. */
export interface CrewOptions extends CrewSize {
  /** What the threads run; it is posted a {@linkcode CrewStart}. */
  readonly worker: URL;
  /** By what they meet: it is posted to them. */
  readonly handle: unknown;
  /** Whether it is as it should be after a round: nobody holds it or waits for it. */
  readonly isAtRest: () => boolean;
  /** Whether threads count, each when it is alone. */
  readonly counts?: boolean;
  /** Lets go of it. */
  readonly dispose?: () => void;
}

/** What a worker is made with. */
export interface CrewStart<Handle> {
  /** By what the threads meet. */
  readonly handle: Handle;
  /** How the crew talks. */
  readonly memory: CrewMemory;
}

/** Workers that wait, parked, for a round to begin. */
export class Crew {
  readonly #workers: readonly Worker[];
  readonly #signals: Signals;
  readonly #options: CrewOptions;

  private constructor(signals: Signals, workers: readonly Worker[], options: CrewOptions) {
    this.#signals = signals;
    this.#workers = workers;
    this.#options = options;
  }

  /** Starts the threads, and waits until all have come. */
  static async muster(options: CrewOptions): Promise<Crew> {
    const { threads, worker: url, handle } = options;
    const memory = Signals.memory(options), start: CrewStart<unknown> = { handle, memory };
    const signals = new Signals(memory), workers: Worker[] = [];
    while (workers.length < threads) {
      const worker = new Worker(url, { type: "module" });
      worker.postMessage(start);
      // The first one alone: what its modules have to go through before they run, such as a check of types, is then done for all.
      if (workers.push(worker) === 1) await signals.awaitArrivals(1);
    }
    await signals.awaitArrivals(threads);
    return new Crew(signals, workers, options);
  }

  /**
   * Lets every thread do its work as often as it is to; true if nobody was lost, the room sufficed at every moment, and whoever was to
   * be alone was.
   *
   * @throws {Error} If not, with what was counted.
   */
  async round(): Promise<boolean> {
    const { threads, times, isAtRest, counts = false } = this.#options, most = threads * times;
    this.#signals.begin();
    await this.#signals.awaitArrivals(threads);
    const { passes, faults, count } = this.#signals.takeTally(), nobodyIsLeft = isAtRest();
    if (passes === most && faults === 0 && count === (counts ? most : 0) && nobodyIsLeft) return true;
    throw new Error(
      `Expected ${most} passes, no faults and nobody left: found ${passes} passes, a count of ${count}, ` +
        `${faults} faults and ${nobodyIsLeft ? "nobody" : "somebody"} left`,
    );
  }

  /** Ends the threads. */
  async dismiss(): Promise<void> {
    this.#signals.dismiss();
    for (const worker of this.#workers) worker.terminate();
    await new Promise((resolve) => setTimeout(resolve)); // terminate() only asks
    this.#options.dispose?.();
  }
}
