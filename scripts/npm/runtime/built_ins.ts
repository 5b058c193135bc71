/**
 * What newer engines have built in and Node.js 20 has not.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { availableParallelism } from "node:os";

/** `navigator`, as far as the number of processors. */
export const navigator: { readonly hardwareConcurrency: number } = globalThis.navigator ??
  { hardwareConcurrency: availableParallelism() };

/** `Array.fromAsync`, of what is iterated asynchronously. */
export async function arrayFromAsync<T>(items: AsyncIterable<T>): Promise<T[]> {
  const array: T[] = [];
  for await (const item of items) array.push(item);
  return array;
}

/** `Atomics.pause`: without it a loop that spins is only less kind to the other thread of its core. */
export const atomicsPause: () => void = Atomics.pause ?? (() => {});

/** `Iterator.from`, as far as `take` and going over it. */
export function iteratorFrom<T>(items: Iterable<T>): { take(count: number): Iterable<T> } {
  return {
    *take(count) {
      if (count <= 0) return;
      let taken = 0;
      for (const item of items) {
        yield item;
        if (++taken === count) return;
      }
    },
  };
}

/** `Map.groupBy`. */
export function mapGroupBy<K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  let index = 0;
  for (const item of items) {
    const key = keyOf(item, index++), group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** `Object.groupBy`. */
export function objectGroupBy<T>(
  items: Iterable<T>,
  keyOf: (item: T, index: number) => PropertyKey,
): Record<PropertyKey, T[]> {
  return Object.fromEntries(mapGroupBy(items, keyOf));
}

/** `Uint8Array.fromBase64`. */
export function bytesFromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** `Promise.withResolvers`. */
export function promiseWithResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: PromiseWithResolvers<T>["resolve"], reject!: PromiseWithResolvers<T>["reject"];
  const promise = new Promise<T>((res, rej) => {
    resolve = res;
    reject = rej;
  });
  return { promise, resolve, reject };
}

/** `DisposableStack`, as far as it is used: what fails while it undoes is thrown at the end, the last failure with those before. */
export class DisposableStack {
  #undo: (() => void)[] = [];
  #isDisposed = false;

  /** Whether it was disposed, or moved. */
  get disposed(): boolean {
    return this.#isDisposed;
  }

  /** Disposes of it in the end. */
  use<T extends Disposable | null | undefined>(resource: T): T {
    if (resource !== null && resource !== undefined) this.defer(() => resource[Symbol.dispose]());
    return resource;
  }

  /** Has it disposed of by a function. */
  adopt<T>(value: T, dispose: (value: T) => void): T {
    this.defer(() => dispose(value));
    return value;
  }

  /** Calls a function in the end. */
  defer(undo: () => void): void {
    if (this.#isDisposed) throw new ReferenceError("Cannot add to a stack that is disposed of");
    this.#undo.push(undo);
  }

  /** Hands everything over to a new stack. */
  move(): DisposableStack {
    if (this.#isDisposed) throw new ReferenceError("Cannot move a stack that is disposed of");
    const moved = new DisposableStack();
    moved.#undo = this.#undo;
    this.#undo = [];
    this.#isDisposed = true;
    return moved;
  }

  /** Undoes everything, the last first. */
  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const errors: unknown[] = [];
    for (const undo of this.#undo.reverse()) {
      try {
        undo();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, "Several things could not be disposed of");
  }

  /** The same as {@linkcode dispose}. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** `AsyncDisposableStack`, as far as it is used. */
export class AsyncDisposableStack {
  readonly #undo: (() => unknown)[] = [];

  /** Disposes of it in the end. */
  use<T extends AsyncDisposable | Disposable>(resource: T): T {
    this.#undo.push(() =>
      Symbol.asyncDispose in resource ? resource[Symbol.asyncDispose]() : resource[Symbol.dispose]()
    );
    return resource;
  }

  /** Calls a function in the end, and waits for it. */
  defer(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  /** Undoes everything, the last first. */
  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = [];
    for (const undo of this.#undo.splice(0).reverse()) {
      try {
        await undo();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, "Several things could not be disposed of");
  }
}
