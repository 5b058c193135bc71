/**
 * Bundles files in a thread of its own.
 *
 * @module
 */

import type { Bundle } from "./build.ts";

/** What the thread answers. */
type Answer = { readonly bundle: Bundle } | { readonly error: string };

/** Bundles one file after the other. Dispose of it: then its memory is free. */
export class Bundler implements Disposable {
  readonly #worker = new Worker(new URL("./bundler_worker.ts", import.meta.url), { type: "module" });
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Makes one module of a file and of all that it imports. What is wrong with the file is no exception.
   *
   * @param path Its absolute path.
   * @throws {Error} If the bundler itself fails.
   */
  bundle(path: string): Promise<Bundle> {
    const turn = this.#last.then(() => this.#ask(path));
    this.#last = turn.catch(() => {}); // whoever asked for it is told
    return turn;
  }

  /** Ends the thread. */
  [Symbol.dispose](): void {
    this.#worker.terminate();
  }

  async #ask(path: string): Promise<Bundle> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const abort = new AbortController();
    const { signal } = abort;
    this.#worker.addEventListener("message", (event: MessageEvent<Answer>) => resolve(event.data), { signal });
    this.#worker.addEventListener("error", (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    }, { signal });
    this.#worker.postMessage(path);
    try {
      const answer = await promise;
      if ("bundle" in answer) return answer.bundle;
      throw new Error(`Cannot bundle ${JSON.stringify(path)}: ${answer.error}`);
    } finally {
      abort.abort();
    }
  }
}
