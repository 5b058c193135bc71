/**
 * A pool of one kind of resource as one writes it by hand: a number that goes down and up, and a line of whoever waits.
 *
 * @module
 */

/** What was taken; gives it back once. */
class CountedLease {
  #pool: CountingPool | undefined;
  readonly #amount: number;

  constructor(pool: CountingPool, amount: number) {
    this.#pool = pool;
    this.#amount = amount;
  }

  release(): void {
    const pool = this.#pool;
    this.#pool = undefined;
    pool?.giveBack(this.#amount);
  }
}

/** The pool. */
export class CountingPool {
  available: number;
  readonly #waiters: { readonly amount: number; readonly resolve: (lease: CountedLease) => void }[] = [];

  constructor(capacity: number) {
    this.available = capacity;
  }

  tryAcquire(amount: number): CountedLease | undefined {
    if (this.#waiters.length > 0 || this.available < amount) return undefined;
    this.available -= amount;
    return new CountedLease(this, amount);
  }

  acquire(amount: number): Promise<CountedLease> {
    const lease = this.tryAcquire(amount);
    if (lease !== undefined) return Promise.resolve(lease);
    return new Promise((resolve) => this.#waiters.push({ amount, resolve }));
  }

  giveBack(amount: number): void {
    this.available += amount;
    for (
      let first = this.#waiters[0];
      first !== undefined && first.amount <= this.available;
      first = this.#waiters[0]
    ) {
      this.#waiters.shift();
      this.available -= first.amount;
      first.resolve(new CountedLease(this, first.amount));
    }
  }
}
