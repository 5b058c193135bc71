/**
 * Real threads that meet, again and again.
 *
 * @module
 */

import { type CrewMemory, Signals } from "./crew_memory.ts";

/** How large a crew is, and what it does. */
export interface CrewOptions {
  /** Threads. */
  readonly threads: number;
  /** How often each does its work in a round. */
  readonly times: number;
  /** How many may be inside at once. */
  readonly room: number;
  /** What the threads run; it is posted a {@linkcode CrewStart}. */
  readonly worker: URL;
  /** By what they meet: it is posted to them. */
  readonly handle: unknown;
  /** Whether nobody holds it or waits for it. */
  readonly isAtRest: () => boolean;
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
    const { threads, times, room, worker: url, handle } = options;
    const memory = Signals.memory(times, room), start: CrewStart<unknown> = { handle, memory };
    const workers = Array.from({ length: threads }, () => new Worker(url, { type: "module" }));
    for (const worker of workers) worker.postMessage(start);
    const signals = new Signals(memory);
    await signals.awaitArrivals(threads);
    return new Crew(signals, workers, options);
  }

  /**
   * Lets every thread do its work as often as it is to; true if nobody was lost and the room sufficed at every moment.
   *
   * @throws {Error} If not, with what was counted.
   */
  async round(): Promise<boolean> {
    const { threads, times, isAtRest } = this.#options;
    this.#signals.begin();
    await this.#signals.awaitArrivals(threads);
    const { passes, faults } = this.#signals.takeTally(), isLeft = isAtRest();
    if (passes === threads * times && faults === 0 && isLeft) return true;
    throw new Error(
      `Expected ${threads * times} passes, no faults and nobody left: found ${passes} passes and ${faults} faults, ` +
        `${isLeft ? "nobody" : "somebody"} left`,
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
