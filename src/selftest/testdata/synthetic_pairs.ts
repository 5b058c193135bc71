/**
 * Made-up pairs of processes with a known effect.
 *
 * @module
 */

import type { PairSample } from "../../duet/mod.ts";
import { createRandom, type Random } from "../../measure/random.ts";
import type { Condition, MaterialPair } from "../material.ts";

/** What is made up. */
export interface Synthetic {
  /** Pairs of processes. */
  readonly pairs: number;
  /** Benchmarks of each. */
  readonly benchmarks: number;
  /** Injected slowdown; 1 for none. */
  readonly slowdown?: number;
  /** How much of it is measured. */
  readonly yield?: number;
  /** Standard deviation of a process pair, on logarithms; 0.02 by default. */
  readonly sd?: number;
  /** The circumstances that are noted. */
  readonly condition?: Condition;
  /** Seed of the noise. */
  readonly seed: number;
}

const SAMPLES = 12;

/** Pairs of processes whose effects are normal about the injected one; every second pair has its side A slowed. */
export function syntheticPairs(synthetic: Synthetic): MaterialPair[] {
  const { pairs, benchmarks, slowdown = 1, sd = 0.02, condition = "quiet", seed } = synthetic;
  const random = createRandom(seed);
  return Array.from({ length: pairs }, (_, pair): MaterialPair => {
    const slowSide = pair % 2 === 0 ? "b" : "a";
    const sign = slowSide === "b" ? 1 : -1;
    const effect = sign * (synthetic.yield ?? 1) * Math.log(slowdown);
    return {
      condition,
      slowdown,
      slowSide,
      startedAt: "2026-01-01T00:00:00.000Z",
      totalMs: 150 + 260 * benchmarks,
      benchmarks: Array.from({ length: benchmarks }, (_, benchmark) => ({
        id: `calibration/body_${benchmark}`,
        costMs: 260,
        measurement: {
          pairs: samples(1_000 * (1 + benchmark), effect + sd * normal(random), random),
          excluded: { steal: 0, preemption: 0, suspend: 0 },
          disturbed: false,
          optimizedOut: { a: false, b: false },
          batch: 100,
          steady: true,
        },
      })),
    };
  });
}

function samples(levelNs: number, effect: number, random: Random): PairSample[] {
  return Array.from({ length: SAMPLES }, (_, index) => {
    const common = levelNs * Math.exp(0.03 * normal(random));
    return {
      aNs: common * Math.exp(0.01 * normal(random)),
      bNs: common * Math.exp(effect + 0.01 * normal(random)),
      first: index % 4 === 0 || index % 4 === 3 ? "a" : "b",
    };
  });
}

/** A standard normal value (G. E. P. Box and M. E. Muller, 1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.nextFloat())) * Math.cos(2 * Math.PI * random.nextFloat());
}
