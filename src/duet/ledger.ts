/**
 * What all pairs of processes have found about one benchmark.
 *
 * @module
 */

import type { ComparedBenchmark, ComparedIdentity, IncomparableBenchmark, SideFigure } from "../compare/comparison.ts";
import type { Outcome } from "../compare/sequential/mod.ts";
import type { PairMeasurement, Side, SideFailure } from "../measure/duet/mod.ts";
import { quantile, sortSamples } from "../measure/statistics/mod.ts";

/** Keeps what was measured of one benchmark, pair by pair. */
export class Ledger {
  /** Which benchmark. */
  readonly identity: ComparedIdentity;
  readonly #failures: SideFailure[] = [];
  readonly #figures: Record<Side, number[]> = { a: [], b: [] };
  readonly #optimizedOut: Record<Side, number> = { a: 0, b: 0 };
  #pairs = 0;
  #samples = 0;
  #excluded = 0;
  #disturbed = 0;

  /** Begins without a pair. */
  constructor(identity: ComparedIdentity) {
    this.identity = identity;
  }

  /** Takes what a pair of processes has measured. */
  add({ pairs, excluded, disturbed, optimizedOut }: PairMeasurement): void {
    this.#pairs++;
    this.#samples += pairs.length;
    this.#excluded += excluded.preemption + excluded.steal + excluded.suspend;
    if (disturbed) this.#disturbed++;
    if (optimizedOut.a) this.#optimizedOut.a++;
    if (optimizedOut.b) this.#optimizedOut.b++;
    this.#figures.a.push(quantile(sortSamples(pairs.map(({ aNs }) => aNs)), LOWER_QUARTILE));
    this.#figures.b.push(quantile(sortSamples(pairs.map(({ bNs }) => bNs)), LOWER_QUARTILE));
  }

  /** Takes a failure: even one is one too many. */
  fail(failure: SideFailure): void {
    this.#failures.push(failure);
  }

  /** Whether nothing more is to be measured, whatever the figures say. */
  get isOut(): boolean {
    return this.#failures.length > 0 || this.#emptyIn !== null;
  }

  /** Pairs of samples that do not count. */
  get excluded(): number {
    return this.#excluded;
  }

  /** Pairs of samples that count. */
  get samples(): number {
    return this.#samples;
  }

  /** Whether the host left too few undisturbed samples in most pairs of processes. */
  get isDisturbed(): boolean {
    return 2 * this.#disturbed > this.#pairs;
  }

  /** Why it has no verdict; null if it may have one. */
  incomparable(): IncomparableBenchmark | null {
    const shared = { ...this.identity, status: "incomparable" } as const;
    const [failure] = this.#failures;
    if (failure !== undefined) {
      const sides = new Set(this.#failures.map(({ side }) => side));
      const message = `${failure.reason.replaceAll("_", " ")}: ${failure.message}`;
      return { ...shared, reason: "failed", failedIn: placeOf(sides), message };
    }
    const empty = this.#emptyIn;
    if (empty === null) return null;
    const message = "its iterations cannot be told from those of an empty loop; let it return what it computes";
    return { ...shared, reason: "optimized_out", failedIn: placeOf(empty), message };
  }

  /** What the document says of it, once it has a pair at least; null without one. */
  compared(outcome: Outcome, eachMs: number): ComparedBenchmark | null {
    const { ratio, needed } = outcome;
    if (ratio === null || this.#pairs === 0) return null;
    return {
      ...outcome,
      ...this.identity,
      status: "compared",
      ratio,
      baseline: this.#figure("a"),
      current: this.#figure("b"),
      needed: needed === null ? null : { ...needed, eachMs },
    };
  }

  #figure(side: Side): SideFigure {
    const forks = this.#figures[side];
    return {
      value: Math.exp(forks.reduce((sum, ns) => sum + Math.log(ns), 0) / forks.length),
      unit: "ns",
      estimator: "p25",
      samples: this.#samples,
      forks: [forks],
    };
  }

  get #emptyIn(): ReadonlySet<Side> | null {
    if (this.#pairs < PAIRS_FOR_EMPTINESS) return null;
    const sides = (["a", "b"] as const).filter((side) => 2 * this.#optimizedOut[side] > this.#pairs);
    return sides.length === 0 ? null : new Set(sides);
  }
}

const LOWER_QUARTILE = 0.25;

/** As many pairs of processes must be there before it is called empty: in a single one a busy host can hide what it does. */
const PAIRS_FOR_EMPTINESS = 2;

function placeOf(sides: ReadonlySet<Side>): NonNullable<IncomparableBenchmark["failedIn"]> {
  if (sides.size === 2) return "both";
  return sides.has("a") ? "baseline" : "current";
}
