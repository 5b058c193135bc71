/**
 * What a sample of mutants tells.
 *
 * @module
 */

import { proportion } from "../../src/selftest/proportion.ts";
import { describeMutant, type Mutant } from "./mutants.ts";
import type { Fate } from "./trial.ts";

/** Counts fates of mutants, and keeps those that survived. */
export class Score {
  #killed = 0;
  #timedOut = 0;
  readonly #survivors: Mutant[] = [];

  /** Counts a mutant. */
  add(mutant: Mutant, fate: Fate): void {
    if (fate === "killed") this.#killed++;
    else if (fate === "timed out") this.#timedOut++;
    else this.#survivors.push(mutant);
  }

  /** How many were counted. */
  get count(): number {
    return this.#killed + this.#timedOut + this.#survivors.length;
  }

  /** The share that was found with its exact interval, and each survivor. `of` is how many there are to choose from. */
  summary(area: string, of: number): string {
    const found = this.#killed + this.#timedOut, { point, low, high } = proportion(found, this.count);
    const survivors = this.#survivors.toSorted((a, b) =>
      a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1
    );
    return [
      `${area}: ${found} of ${this.count} mutants found, ${this.#timedOut} of them by the time limit: ` +
      `${percent(point)} (95 % interval ${percent(low)} to ${percent(high)}); there are ${of}`,
      ...survivors.map((survivor) => `  survived: ${describeMutant(survivor)}`),
    ].join("\n");
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
