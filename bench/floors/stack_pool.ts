/**
 * A pool of objects as one writes it by hand: a stack of idle ones, and a line of whoever waits.
 *
 * @module
 */

/** Lends objects of which there are enough from the beginning. */
export class StackPool<Value> {
  readonly #idle: Value[];
  readonly #waiters: ((value: Value) => void)[] = [];

  constructor(values: readonly Value[]) {
    this.#idle = [...values];
  }

  get idle(): number {
    return this.#idle.length;
  }

  acquire(): Promise<Value> {
    const value = this.#idle.pop();
    return value === undefined ? new Promise((resolve) => this.#waiters.push(resolve)) : Promise.resolve(value);
  }

  release(value: Value): void {
    const next = this.#waiters.shift();
    if (next === undefined) this.#idle.push(value);
    else next(value);
  }
}
