/**
 * What `for await` asks of whatever can be received from.
 *
 * @module
 */

import { ownTurnOptions, type TurnOptions } from "./turn_options.ts";

/** Somebody who waits for the next item. */
export interface ItemWait<Item> {
  /** The item; `undefined` if none will come. */
  readonly promise: Promise<Item | undefined>;
  /** Gives up, so that the promise rejects with `reason`; nothing if it has settled. */
  giveUp(reason: unknown): void;
}

/** Where the items of a loop come from. */
export interface ItemSource<Item> {
  /** The next item, if it is there and nobody waits for it. */
  readonly tryReceive: () => Item | undefined;
  /** Waits for the next item; `undefined` if none will come. The options have been checked. */
  readonly wait: (options: TurnOptions | undefined) => ItemWait<Item> | undefined;
  /** Whether a wait was refused because no item will come. */
  readonly isEnd: (error: unknown) => boolean;
  /** Called once, when the loop is over, however it ended. */
  readonly left?: (() => void) | undefined;
}

/** What a wait is given up with by a loop that was left. */
const LEFT = Symbol("the loop was left");

/**
 * One reader's loop: items as they come, until none will. Whatever else ends a wait, ends the loop.
 *
 * `return` ends a `next` that waits, at once; what such a `next` had been given by then, it answers. A second `next` waits until the
 * first has its answer, as with a generator; but items that are there cost one promise, where a generator's take three turns of the
 * microtask queue.
 */
export class ReceiveLoop<Item> implements AsyncIterableIterator<Item, undefined>, AsyncDisposable {
  readonly #source: ItemSource<Item>;
  readonly #options: TurnOptions | undefined;
  #wait: ItemWait<Item> | undefined = undefined;
  #isOver = false;

  /** Nothing is received, and no option checked, before the first call of `next`. */
  constructor(source: ItemSource<Item>, options: TurnOptions | undefined) {
    this.#source = source;
    this.#options = options;
  }

  /** The next item. */
  next(): Promise<IteratorResult<Item, undefined>> {
    if (this.#wait !== undefined) return this.#wait.promise.then(this.#again, this.#again);
    if (this.#isOver) return Promise.resolve(end());
    try {
      const own = ownTurnOptions(this.#options), source = this.#source;
      const item = source.tryReceive();
      if (item !== undefined) return Promise.resolve({ done: false, value: item });
      this.#wait = source.wait(own);
      return this.#wait === undefined
        ? Promise.resolve(this.#end())
        : this.#wait.promise.then(this.#received, this.#failed);
    } catch (error) {
      this.#end();
      return Promise.reject(error);
    }
  }

  /** Receives no more, and waits no longer. */
  return(): Promise<IteratorResult<Item, undefined>> {
    this.#wait?.giveUp(LEFT);
    return Promise.resolve(this.#end());
  }

  /** As {@linkcode return}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  /** Itself. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #received = (item: Item | undefined): IteratorResult<Item, undefined> => {
    this.#wait = undefined;
    return item === undefined ? this.#end() : { done: false, value: item };
  };

  readonly #failed = (error: unknown): IteratorResult<Item, undefined> => {
    this.#wait = undefined;
    const result = this.#end();
    if (error === LEFT || this.#source.isEnd(error)) return result;
    throw error;
  };

  readonly #again = (): Promise<IteratorResult<Item, undefined>> => this.next();

  #end(): IteratorResult<Item, undefined> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#source.left?.();
    }
    return end();
  }
}

function end(): IteratorReturnResult<undefined> {
  return { done: true, value: undefined };
}
