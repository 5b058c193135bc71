/**
 * Workers as the web has them, over `node:worker_threads`.
 *
 * @module
 */

import process from "node:process";
import { type Transferable, Worker as Thread } from "node:worker_threads";

type Handler = (event: unknown) => void;
const HANDLERS = ["message", "messageerror", "error"] as const;

class NodeWorker extends EventTarget {
  onmessage: Handler | null = null;
  onmessageerror: Handler | null = null;
  onerror: Handler | null = null;
  readonly #thread: Thread;
  #isTerminated = false;

  constructor(url: string | URL, { name = "" }: { readonly name?: string } = {}) {
    super();
    for (const type of HANDLERS) this.addEventListener(type, (event: unknown) => this[`on${type}`]?.(event));
    const workerData = { puffinflowEntry: String(url), name };
    this.#thread = new Thread(new URL("./worker_scope.ts", import.meta.url), {
      workerData,
      ...(name !== "" && { name }),
    });
    this.#thread.on("message", (data: unknown) => this.#tell("message", { data }));
    this.#thread.on("messageerror", (data: unknown) => this.#tell("messageerror", { data }));
    // Messages come another way than what a thread throws, and may be heard after it though they were sent before: all are, at its end.
    let thrown: { readonly error: unknown } | undefined;
    this.#thread.on("error", (error: unknown) => thrown = { error });
    this.#thread.on("exit", () => thrown !== undefined && this.#failed(thrown.error));
  }

  postMessage(
    message: unknown,
    transfer: readonly Transferable[] | { readonly transfer?: readonly Transferable[] } = [],
  ): void {
    if (this.#isTerminated) return;
    this.#thread.postMessage(
      message,
      "transfer" in transfer ? [...transfer.transfer ?? []] : [...transfer as Transferable[]],
    );
  }

  terminate(): void {
    this.#isTerminated = true;
    void this.#thread.terminate();
  }

  #tell(type: "message" | "messageerror" | "error", fields: object): boolean {
    return !this.#isTerminated && this.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), fields));
  }

  /** An error that nobody handles ends the process, as it does in Deno. */
  #failed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    if (this.#tell("error", { error, message: `Uncaught ${message}` })) {
      process.nextTick(() => {
        throw error;
      });
    }
  }
}

/** The runtime's own, where it has one. */
export const Worker: unknown = Reflect.get(globalThis, "Worker") ?? NodeWorker;
