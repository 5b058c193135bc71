/**
 * What demands were like lately.
 *
 * @module
 */

import type { Demand } from "./placement.ts";

/** How many demands are remembered. */
export const SAMPLE_SIZE = 64;

/** The last {@linkcode SAMPLE_SIZE} demands that were noted. */
export class DemandSample {
  /** How often each kind is asked for among them. */
  readonly uses: Int32Array;
  readonly #units: Float64Array;
  readonly #kinds: number;
  #next = 0;

  /** Remembers nothing yet. */
  constructor(kinds: number) {
    this.#kinds = kinds;
    this.uses = new Int32Array(kinds);
    this.#units = new Float64Array(SAMPLE_SIZE * kinds);
  }

  /** Remembers one more, and forgets the oldest. */
  note({ length, places, units }: Demand): void {
    const start = this.#next * this.#kinds;
    for (let kind = 0; kind < this.#kinds; kind++) {
      if (this.#units[start + kind]! > 0) this.uses[kind]!--;
      this.#units[start + kind] = 0;
    }
    for (let i = 0; i < length; i++) {
      this.#units[start + places[i]!] = units[i]!;
      this.uses[places[i]!]!++;
    }
    this.#next = (this.#next + 1) % SAMPLE_SIZE;
  }

  /**
   * Amounts of one kind that tell its demands apart: all that occur if they are at most `count`, else as many of them, about
   * equally often asked for in between. Ascending, distinct, none if the kind was never asked for.
   */
  quantiles(kind: number, count: number): number[] {
    const asked: number[] = [];
    for (let at = kind; at < this.#units.length; at += this.#kinds) {
      if (this.#units[at]! > 0) asked.push(this.#units[at]!);
    }
    asked.sort((a, b) => a - b);
    const distinct = asked.filter((units, i) => units !== asked[i - 1]);
    if (distinct.length <= count) return distinct;
    const chosen: number[] = [];
    for (let i = 0, at = 0; i < count; i++) {
      at = Math.max(at, Math.floor(i * asked.length / count));
      while (at < asked.length && asked[at] === chosen.at(-1)) at++;
      const units = asked[at];
      if (units === undefined) break;
      chosen.push(units);
    }
    return chosen;
  }
}
