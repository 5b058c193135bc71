/**
 * Many small messages to another thread, which counts them.
 *
 * @module
 */

import { SharedChannel, type SharedHandle } from "../../src/coordination/shared/mod.ts";

/** How many messages there are in a round. */
export const MESSAGES = 1_000;

/** What the worker is made with: the channel to receive from; without one it listens to what is posted. */
export type PouringStart = SharedHandle<"channel"> | null;

/** A message; small, as orders and results are. */
export interface Drop {
  /** Its number, from 1. */
  readonly n: number;
}

/** A thread to which messages are poured. */
export class Pouring {
  readonly #worker: Worker;
  readonly #send: (worker: Worker) => Promise<void>;
  #answered: (sum: number) => void = () => {};

  private constructor(worker: Worker, send: (worker: Worker) => Promise<void>) {
    this.#worker = worker;
    this.#send = send;
    worker.onmessage = ({ data }: MessageEvent<number>) => this.#answered(data);
  }

  /** Starts the thread, and waits until it listens. */
  static async begin(start: PouringStart, send: (worker: Worker) => Promise<void>): Promise<Pouring> {
    const worker = new Worker(new URL("./pouring_worker.ts", import.meta.url), { type: "module" });
    const pouring = new Pouring(worker, send);
    const ready = pouring.#answer();
    worker.postMessage(start);
    await ready;
    return pouring;
  }

  /** Sends all messages; whether each arrived once. */
  async round(): Promise<boolean> {
    const answer = this.#answer();
    await this.#send(this.#worker);
    return await answer === MESSAGES * (MESSAGES + 1) / 2;
  }

  /** Ends the thread. */
  async end(): Promise<void> {
    this.#worker.terminate();
    await new Promise((resolve) => setTimeout(resolve)); // terminate() only asks
  }

  #answer(): Promise<number> {
    return new Promise((resolve) => this.#answered = resolve);
  }
}

/** By what every runtime has. */
export function pourByMessages(): Promise<Pouring> {
  return Pouring.begin(null, (worker) => {
    for (let n = 1; n <= MESSAGES; n++) worker.postMessage({ n });
    return Promise.resolve();
  });
}

/** Through a channel in shared memory. */
export function pour(): Promise<Pouring> {
  const channel = SharedChannel.create({ format: "json" });
  return Pouring.begin(channel.handle, async () => {
    for (let n = 1; n <= MESSAGES; n++) {
      const message = { n };
      if (!channel.trySend(message)) await channel.send(message);
    }
  });
}
