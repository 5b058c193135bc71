/**
 * A mutex as one writes it by hand: first come, first served, with a guard that releases once. It knows no timeout, no signal
 * and no dispose.
 *
 * @module
 */

/** The right to be alone. */
class FifoGuard {
  #mutex: FifoMutex | undefined;

  constructor(mutex: FifoMutex) {
    this.#mutex = mutex;
  }

  release(): void {
    const mutex = this.#mutex;
    this.#mutex = undefined;
    mutex?.handOver();
  }
}

/** The mutex. */
export class FifoMutex {
  #locked = false;
  readonly #waiters: ((guard: FifoGuard) => void)[] = [];

  get locked(): boolean {
    return this.#locked;
  }

  tryAcquire(): FifoGuard | undefined {
    if (this.#locked) return undefined;
    this.#locked = true;
    return new FifoGuard(this);
  }

  acquire(): Promise<FifoGuard> {
    if (!this.#locked) {
      this.#locked = true;
      return Promise.resolve(new FifoGuard(this));
    }
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  handOver(): void {
    const next = this.#waiters.shift();
    if (next === undefined) this.#locked = false;
    else next(new FifoGuard(this));
  }
}
