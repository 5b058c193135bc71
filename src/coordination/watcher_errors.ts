/**
 * Those who watch, and can stop nothing.
 *
 * @module
 */

const MOST_KEPT = 100;

/** Calls watchers, and keeps what they throw, or their promises reject with, up to 100 of it. */
export class WatcherErrors {
  /** What was thrown, the earliest first. */
  readonly list: unknown[] = [];

  /** Calls one; an `async` one is not waited for. */
  tell(call: () => unknown): void {
    try {
      const answer = call();
      if (answer instanceof Promise) answer.catch((error) => this.#keep(error));
    } catch (error) {
      this.#keep(error);
    }
  }

  #keep(error: unknown): void {
    if (this.list.length < MOST_KEPT) this.list.push(error);
  }
}
