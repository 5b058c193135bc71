/**
 * Who is served when, said with an array and an oracle.
 *
 * @module
 */

import type { RateOracle } from "./rate_oracle.ts";

interface Person {
  readonly id: number;
  readonly n: number;
  readonly level: number;
}

/** A line before an oracle: the first is served as soon as it may be, and nobody else. */
export class RateLine {
  /** `id@time` of whoever was served. */
  readonly served: string[] = [];
  readonly #oracle: RateOracle;
  #line: Person[] = [];

  constructor(oracle: RateOracle) {
    this.#oracle = oracle;
  }

  get size(): number {
    return this.#line.length;
  }

  /** How many tokens are waited for. */
  get wanted(): number {
    return this.#line.reduce((sum, { n }) => sum + n, 0);
  }

  tryTake(n: number, now: number): boolean {
    this.serve(now);
    if (this.size > 0 || !this.#oracle.allows(n, now)) return false;
    this.#oracle.grant(n, now);
    return true;
  }

  /** False if there is no room in a line of `queue` tokens. */
  take(person: Person, now: number, queue: number): boolean {
    if (this.tryTake(person.n, now)) {
      this.served.push(`${person.id}@${now}`);
      return true;
    }
    if (this.wanted + person.n > queue) return false;
    const behind = this.#line.findIndex((other) => other.level < person.level);
    this.#line.splice(behind === -1 ? this.size : behind, 0, person);
    this.serve(now);
    return true;
  }

  forget(id: number, now: number): void {
    this.#line = this.#line.filter((person) => person.id !== id);
    this.serve(now);
  }

  serve(now: number): void {
    for (let [first] = this.#line; first !== undefined && this.#oracle.allows(first.n, now); [first] = this.#line) {
      this.#oracle.grant(first.n, now);
      this.#line.shift();
      this.served.push(`${first.id}@${now}`);
    }
  }

  /** When `n` could be had behind all of these, if nobody else came; `oracle` is a copy that may be written to. */
  readyAt(n: number, now: number, oracle: RateOracle): number {
    let at = now;
    for (const person of this.#line) {
      at = oracle.readyAt(person.n, at);
      oracle.grant(person.n, at);
    }
    return oracle.readyAt(n, at);
  }
}
