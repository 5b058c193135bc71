/**
 * Measured pairs of processes, ready to be drawn again and again.
 *
 * @module
 */

import type { PairMeasurement, PairSample } from "../duet/mod.ts";
import type { Random } from "../measure/random.ts";
import type { MaterialPair } from "./material.ts";

/** One simulated pair of processes. */
export interface DrawnPair {
  /** Which of the pool's pairs it is. */
  readonly index: number;
  /** What it measured, by benchmark. */
  readonly measured: ReadonlyMap<string, PairMeasurement>;
  /** What each benchmark cost, in milliseconds. */
  readonly costs: ReadonlyMap<string, number>;
  /** What the pair cost besides, in milliseconds. */
  readonly startMs: number;
}

/** Reference benchmarks ride along in a comparison; they are not what is compared. */
const REFERENCE_PREFIX = "references/";

/**
 * Pairs of processes that were measured under the same circumstances. Suites are simulated by drawing from it with replacement: a
 * benchmark on the verge of a decision may want more pairs than there are, and the whole pair is drawn, so that what its
 * benchmarks share stays shared.
 */
export class Pool {
  /** The benchmarks that all pairs have. */
  readonly ids: readonly string[];
  /** The reference benchmarks that all pairs have. */
  readonly controls: readonly string[];
  readonly #pairs: readonly { readonly straight: DrawnPair; readonly swapped: DrawnPair }[];

  /** Takes the pairs; a benchmark that not all of them have is left out. */
  constructor(pairs: readonly MaterialPair[]) {
    const [first, ...others] = pairs.map(({ benchmarks }) => new Set(benchmarks.map(({ id }) => id)));
    const common = [...first ?? []].filter((id) => others.every((ids) => ids.has(id))).sort();
    this.ids = common.filter((id) => !id.startsWith(REFERENCE_PREFIX));
    this.controls = common.filter((id) => id.startsWith(REFERENCE_PREFIX));
    this.#pairs = pairs.map((pair, index) => ({
      straight: drawnPair(pair, index, pair.slowSide === "a" && pair.slowdown !== 1),
      swapped: drawnPair(pair, index, pair.slowSide === "b" || pair.slowdown === 1),
    }));
  }

  /** Number of pairs. */
  get size(): number {
    return this.#pairs.length;
  }

  /** All pairs in the order of measuring, B being the side that was slowed. */
  pairs(): readonly DrawnPair[] {
    return this.#pairs.map(({ straight }) => straight);
  }

  /**
   * Draws a pair of the same code on both sides, its labels swapped by chance: the mean that the pool happens to have is noise, and
   * must not count as an effect.
   */
  drawAlike(random: Random): DrawnPair {
    const pair = this.#draw(random);
    return random.nextInt(2) === 0 ? pair.straight : pair.swapped;
  }

  /** Draws a pair of which B is the side that was slowed. */
  drawSlowed(random: Random): DrawnPair {
    return this.#draw(random).straight;
  }

  #draw(random: Random) {
    const pair = this.size === 0 ? undefined : this.#pairs[random.nextInt(this.size)];
    if (pair === undefined) throw new RangeError("Cannot draw from a pool without a pair; measure for longer");
    return pair;
  }
}

/** A pair whose B is slower by a factor in some benchmarks. */
export function slowed(pair: DrawnPair, factorOf: (id: string) => number): DrawnPair {
  const measured = new Map([...pair.measured].map(([id, measurement]) => {
    const factor = factorOf(id);
    if (factor === 1) return [id, measurement];
    const pairs = measurement.pairs.map((sample): PairSample => ({ ...sample, bNs: sample.bNs * factor }));
    return [id, { ...measurement, pairs }];
  }));
  return { ...pair, measured };
}

function drawnPair({ benchmarks, totalMs }: MaterialPair, index: number, swap: boolean): DrawnPair {
  const own = benchmarks.reduce((sum, { costMs }) => sum + costMs, 0);
  return {
    index,
    measured: new Map(benchmarks.map(({ id, measurement }) => [id, swap ? swapSides(measurement) : measurement])),
    costs: new Map(benchmarks.map(({ id, costMs }) => [id, costMs])),
    startMs: Math.max(0, totalMs - own),
  };
}

function swapSides(measurement: PairMeasurement): PairMeasurement {
  const { pairs, optimizedOut } = measurement;
  return {
    ...measurement,
    pairs: pairs.map(({ aNs, bNs, first }) => ({ aNs: bNs, bNs: aNs, first: first === "a" ? "b" : "a" })),
    optimizedOut: { a: optimizedOut.b, b: optimizedOut.a },
  };
}
