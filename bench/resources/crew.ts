/**
 * Real threads that want the same resources at once.
 *
 * @module
 */

import { SharedResourcePool } from "../../src/resources/shared/mod.ts";
import type { WorkerStart } from "./acquiring_worker.ts";
import { Signals } from "./crew_memory.ts";

/** How large a crew is, and what it does. */
export interface CrewOptions {
  /** Threads. */
  readonly threads: number;
  /** How often each acquires in a round. */
  readonly times: number;
  /** How many may hold something at once. */
  readonly room: number;
}

/** Workers that wait, parked, for a round to begin. */
export class Crew {
  readonly #pool: SharedResourcePool<"cpu">;
  readonly #workers: readonly Worker[];
  readonly #signals: Signals;
  readonly #options: CrewOptions;

  private constructor(
    pool: SharedResourcePool<"cpu">,
    signals: Signals,
    workers: readonly Worker[],
    options: CrewOptions,
  ) {
    this.#pool = pool;
    this.#signals = signals;
    this.#workers = workers;
    this.#options = options;
  }

  /** Starts the threads, and waits until all have come. */
  static async muster(options: CrewOptions): Promise<Crew> {
    const pool = SharedResourcePool.create({ capacity: { cpu: options.room } });
    const memory = Signals.memory(options.times, options.room);
    const start: WorkerStart = { handle: pool.handle, memory };
    const url = new URL("./acquiring_worker.ts", import.meta.url);
    const workers = Array.from({ length: options.threads }, () => new Worker(url, { type: "module" }));
    for (const worker of workers) worker.postMessage(start);
    const signals = new Signals(memory);
    await signals.awaitArrivals(options.threads);
    return new Crew(pool, signals, workers, options);
  }

  /** Lets every thread acquire and release as often as it is to; whether nobody was lost and the room sufficed at every moment. */
  async round(): Promise<boolean> {
    const { threads, times, room } = this.#options;
    this.#signals.begin();
    await this.#signals.awaitArrivals(threads);
    const { passes, overfull } = this.#signals.takeTally();
    const { available, leases, waiters } = this.#pool.snapshot();
    return passes === threads * times && overfull === 0 && available.cpu === room && leases === 0 && waiters === 0;
  }

  /** Ends the threads. */
  async dismiss(): Promise<void> {
    this.#signals.dismiss();
    for (const worker of this.#workers) worker.terminate();
    await new Promise((resolve) => setTimeout(resolve)); // terminate() only asks
    this.#pool[Symbol.dispose]();
  }
}
