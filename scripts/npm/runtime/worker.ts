/**
 * Workers as the web has them, over `node:worker_threads`.
 *
 * @module
 */

import { Worker as Thread } from "node:worker_threads";

class NodeWorker {
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onmessageerror: ((event: { readonly data: unknown }) => void) | null = null;
  onerror: ((event: { readonly message: string; readonly error: unknown; preventDefault(): void }) => void) | null = null;
  readonly #thread: Thread;
  readonly #listeners = new Map<unknown, (data: unknown) => void>();
  #isTerminated = false;

  constructor(url: string | URL, { name = "" }: { readonly type: "module"; readonly name?: string }) {
    const workerData = { puffinflowEntry: String(url), name };
    this.#thread = new Thread(new URL("./worker_scope.ts", import.meta.url), { workerData, name });
    this.#thread.on("message", (data) => this.onmessage?.({ data }));
    this.#thread.on("messageerror", (data) => this.onmessageerror?.({ data }));
    this.#thread.on("error", (error) => this.#failed(error));
  }

  postMessage(message: unknown, transfer: readonly Transferable[] | { readonly transfer?: readonly Transferable[] } = []): void {
    if (this.#isTerminated) return;
    const list = "length" in transfer ? transfer : transfer.transfer ?? [];
    this.#thread.postMessage(message, [...list] as never); // Node's types know fewer kinds than it moves
  }

  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void, options?: { readonly once?: boolean }): void {
    const forward = (data: unknown) => listener({ data });
    this.#listeners.set(listener, forward);
    if (options?.once === true) this.#thread.once(type, forward);
    else this.#thread.on(type, forward);
  }

  removeEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void {
    const forward = this.#listeners.get(listener);
    if (forward !== undefined) this.#thread.off(type, forward);
    this.#listeners.delete(listener);
  }

  terminate(): void {
    this.#isTerminated = true;
    void this.#thread.terminate();
  }

  #failed(error: unknown): void {
    if (this.#isTerminated) return;
    let isHandled = false;
    const message = error instanceof Error ? error.message : String(error);
    this.onerror?.({ message: `Uncaught ${message}`, error, preventDefault: () => isHandled = true });
    if (!isHandled) throw error;
  }
}

/** The runtime's own, where it has one. */
export const Worker: unknown = Reflect.get(globalThis, "Worker") ?? NodeWorker;
