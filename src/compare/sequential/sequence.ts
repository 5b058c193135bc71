/**
 * The decision of a paired comparison: which benchmarks have changed, which are the same, and which need more pairs.
 *
 * @module
 */

import { mean } from "../../measure/statistics/moments.ts";
import type { ComparedBenchmark, Comparison, Interval, UndecidedReason, Verdict } from "../comparison.ts";
import { benjaminiHochberg, holm } from "../multiplicity.ts";
import {
  changePValue,
  type Evidence,
  evidenceOf,
  ratioInterval,
  sequentialChangePValue,
  sequentialEquivalencePValue,
} from "./evidence.ts";
import { lastLook, LOOKS, lookShares, MAX_PAIRS, nearestLook, nextLook } from "./looks.ts";
import { type Criterion, expectedPairs, isFutile } from "./projection.ts";
import { byUrgency, type Costs, fitting, type Ranked, SUSPECT } from "./ranking.ts";

/** What is compared, and how strictly. */
export interface SequenceOptions {
  /** The benchmarks, with unique ids, each with the change that matters: 0.03 for 3 %; above 0. */
  readonly benchmarks: readonly { readonly id: string; readonly threshold: number }[];
  /** Error accepted over the whole suite, in (0, 1): 0.05 for a level of 95 %. */
  readonly alpha: number;
  /** What of: the share of the changes found that are none, or any such. */
  readonly errorControl: Comparison["options"]["errorControl"];
}

/** What can be said of a benchmark: the evidence of a {@linkcode ComparedBenchmark}. */
export interface Outcome extends
  Pick<
    ComparedBenchmark,
    | "id"
    | "verdict"
    | "reason"
    | "interval"
    | "threshold"
    | "pValue"
    | "adjustedPValue"
    | "equivalencePValue"
    | "spread"
    | "pairRatios"
    | "needed"
  > {
  /** Current cost over the baseline's; null without a single pair. */
  readonly ratio: number | null;
}

/** Where a benchmark stands, for a live view. */
export interface Standing {
  /** What it is. */
  readonly id: string;
  /** The verdict as of the last look; null while it is open. */
  readonly verdict: Verdict | null;
  /** Pairs of processes that it has. */
  readonly pairs: number;
  /** Current cost over the baseline's; null without a pair. */
  readonly ratio: number | null;
  /** What the interval would be if this were a planned look, which lets it close in steadily; null with fewer than two pairs. */
  readonly interval: Interval | null;
}

/**
 * Decides, pair of processes by pair of processes, which benchmarks are slower, faster or the same, with error rates that hold
 * wherever the measuring stops.
 *
 * The unit of evidence is the pair of processes. With n pairs of a benchmark, p is the p-value of Student's t-test of their
 * effects with n - 1 degrees of freedom, and share(n) what {@linkcode lookShares} allots to n; the shares of all n add up to 1.
 *
 * A change is claimed if its effect reaches the threshold and p / share(n), adjusted over the whole suite, is at most alpha; there
 * a benchmark that is claimed already counts as 0, and one that does not reach its threshold as 1. A claim stands, and its
 * benchmark is measured no more. Why the rates hold, for effects that are independent and normal:
 *
 * - Family-wise: let u of the benchmarks be unchanged. When the first of them is claimed, all earlier claims are true, so that
 *   Holm's procedure asks of it p <= alpha share(n) / u. That any unchanged one ever gets there, with any n, has at most the
 *   probability of the sum over n and over the u benchmarks of alpha share(n) / u, which is alpha. Nothing is asked of how
 *   benchmarks depend on each other, of what is measured next or of when one looks or stops (J. Bartroff and J. Song,
 *   "Sequential Tests of Multiple Hypotheses Controlling Type I and II Familywise Error Rates", Journal of Statistical Planning
 *   and Inference 153, 2014, have the general form).
 * - False discoveries: an unchanged one of m benchmarks is claimed with n pairs only if p <= alpha share(n) r / m, r being the
 *   number of claims with it, of which it is 1 / r then and less later. Where the other claims do not depend on its p, as with
 *   independent benchmarks that are looked at in step, that adds at most alpha share(n) / m to what is expected of the largest
 *   share of false claims that the suite ever has, over all n and all benchmarks alpha. The order of measuring depends on the
 *   effects, which this leaves out; in simulations the rate holds all the same.
 *
 * `same` is claimed if the two one-sided tests at the threshold have a p-value of at most alpha share(n): of a benchmark that has
 * changed by its threshold that is wrong with a probability of at most alpha over all n. It is not adjusted for the number of
 * benchmarks, since a suite is the same only if every one of them is.
 *
 * What cannot be decided by {@linkcode MAX_PAIRS} pairs, as far as can be told, is given up; that can only lower the rates.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Sequence } from "./sequence.ts";
 *
 * const sequence = new Sequence({ benchmarks: [{ id: "a", threshold: 0.03 }], alpha: 0.05, errorControl: "fdr" });
 * for (const effect of [0.098, 0.102, 0.1, 0.099, 0.101, 0.1]) sequence.add("a", effect);
 * sequence.look();
 * assertEquals(sequence.wanted().size, 0);
 * assertEquals(sequence.outcomes()[0]?.verdict, "slower");
 * ```
 */
export class Sequence {
  readonly #options: SequenceOptions;
  readonly #tracks: ReadonlyMap<string, Track>;
  /** How many are decided to have changed. */
  #changed = 0;

  /**
   * Begins without a single pair.
   *
   * @throws {RangeError} If alpha or a threshold is out of its range, or two benchmarks have one id.
   */
  constructor(options: SequenceOptions) {
    const { alpha, benchmarks } = options;
    if (!(alpha > 0 && alpha < 1)) {
      throw new RangeError(`Cannot compare: alpha must lie between 0 and 1, it is ${alpha}`);
    }
    for (const { id, threshold } of benchmarks) {
      if (!(threshold > 0 && threshold < Infinity)) {
        throw new RangeError(`Cannot compare "${id}": its threshold must be above 0, it is ${threshold}`);
      }
    }
    this.#options = options;
    this.#tracks = new Map(benchmarks.map(({ id, threshold }) => [id, new Track(id, threshold)]));
    if (this.#tracks.size < benchmarks.length) {
      throw new RangeError("Cannot compare: two benchmarks have the same id");
    }
  }

  /**
   * Adds what another pair of processes said of a benchmark. It is ignored once the benchmark is decided.
   *
   * @param effect Natural logarithm of the current cost over the baseline's; finite.
   * @throws {RangeError} If there is no such benchmark, or the effect is not finite.
   */
  add(id: string, effect: number): void {
    const track = this.#tracks.get(id);
    if (track === undefined) throw new RangeError(`Cannot add an effect: there is no benchmark "${id}"`);
    if (!Number.isFinite(effect)) {
      throw new RangeError(`Cannot add an effect of "${id}": it must be a finite number, it is ${effect}`);
    }
    if (track.decision === null) track.effects.push(effect);
  }

  /**
   * How many more pairs each undecided benchmark should have before it is worth looking again: first those that seem to have
   * changed by their threshold, the likeliest first, then those that are nearest to a decision. Empty when all is decided, or not
   * worth more pairs.
   */
  wanted(): ReadonlyMap<string, number> {
    return new Map(this.#ranked().map(({ id, untilLook }) => [id, untilLook]));
  }

  /**
   * What of {@linkcode wanted} is best measured next, within what time is left: no benchmark whose next look would not fit. While
   * some seem to have changed, only these, and of these only the likeliest if the time may not do for all. Empty when all is
   * decided, or when the time is over.
   */
  affordable(costs: Costs): ReadonlyMap<string, number> {
    const ranked = this.#ranked().filter((one) => fitting([one], costs, ({ untilLook }) => untilLook).length > 0);
    const suspects = ranked.filter(({ isSuspect }) => isSuspect);
    const likeliest = fitting(suspects, costs, ({ untilDecision }) => untilDecision);
    const candidates = likeliest.length > 0 ? likeliest : suspects.length > 0 ? suspects.slice(0, 1) : ranked;
    const chosen = fitting(candidates, costs, ({ untilLook }) => untilLook);
    return new Map(chosen.map(({ id, untilLook }) => [id, untilLook]));
  }

  /** Decides what can be decided by now. May be called at any time, after any number of pairs; a decision stands. */
  look(): void {
    const adjusted = this.#adjust((track) => this.#gatedPValue(track));
    for (const track of this.#open()) {
      const found = evidenceOf(track.effects);
      if (found === null) continue;
      const adjustedPValue = adjusted.get(track.id) ?? 1;
      if (reachesThreshold(found, track.threshold) && adjustedPValue <= this.#options.alpha) {
        track.decision = { verdict: found.effect > 0 ? "slower" : "faster", adjustedPValue };
        this.#changed++;
      } else if (sequentialEquivalencePValue(found, track.threshold) <= this.#options.alpha) {
        track.decision = { verdict: "same", adjustedPValue: this.#adjustedAlone(track, found) };
      }
    }
  }

  /** Looks once more, and tells what can be said of each benchmark, in the order of the options. */
  outcomes(): readonly Outcome[] {
    this.look();
    return [...this.#tracks.values()].map((track) => this.#outcome(track));
  }

  /** Where each benchmark stands now; looking at it decides nothing. */
  standings(): readonly Standing[] {
    const { alpha } = this.#options;
    return [...this.#tracks.values()].map((track) => {
      const { id, effects, decision } = track;
      const found = evidenceOf(effects);
      return {
        id,
        verdict: decision?.verdict ?? (this.#isGivenUp(track) ? "inconclusive" : null),
        pairs: effects.length,
        ratio: effects.length === 0 ? null : Math.exp(mean(effects)),
        interval: found === null ? null : ratioInterval(found, alpha, lookShares(nearestLook(found.pairs)).same),
      };
    });
  }

  #open(): Track[] {
    return [...this.#tracks.values()].filter((track) => track.decision === null);
  }

  #ranked(): Ranked[] {
    const ranked = this.#open().flatMap((track): Ranked[] => {
      const pairs = track.effects.length;
      const next = nextLook(pairs);
      if (next === null || this.#isGivenUp(track)) return [];
      const { found, due } = track.outlook(this.#criterion(track));
      const beyond = found === null ? -Infinity : beyondThreshold(found, track.threshold);
      return [{
        id: track.id,
        untilLook: next - pairs,
        untilDecision: (found === null ? next : due ?? MAX_PAIRS) - pairs,
        beyond,
        isSuspect: beyond > SUSPECT,
      }];
    });
    return ranked.sort(byUrgency);
  }

  #outcome(track: Track): Outcome {
    const { id, threshold, effects, decision } = track;
    const found = evidenceOf(effects);
    const shared = {
      id,
      threshold,
      ratio: effects.length === 0 ? null : Math.exp(mean(effects)),
      pairRatios: effects.map((effect) => Math.exp(effect)),
      verdict: decision?.verdict ?? "inconclusive",
    } as const;
    if (found === null) {
      return {
        ...shared,
        reason: effects.length === 1 ? "one_process" : "budget",
        interval: null,
        pValue: null,
        adjustedPValue: null,
        equivalencePValue: null,
        spread: null,
        needed: { what: "pairs", count: (LOOKS[0] ?? 0) - effects.length, eachMs: null },
      };
    }
    const { standardError, degreesOfFreedom, sd } = found;
    const { same } = lookShares(Math.min(found.pairs, MAX_PAIRS));
    return {
      ...shared,
      reason: decision === null ? this.#undecidedReason(track, found) : null,
      interval: ratioInterval(found, this.#options.alpha, same),
      pValue: changePValue(found),
      adjustedPValue: decision?.adjustedPValue ?? this.#adjustedAlone(track, found),
      equivalencePValue: sequentialEquivalencePValue(found, threshold),
      spread: { forkSd: sd, runSd: 0, standardError, degreesOfFreedom },
      needed: decision === null ? this.#needed(track, found) : null,
    };
  }

  #undecidedReason(track: Track, found: Evidence): UndecidedReason {
    if (!this.#isGivenUp(track)) return "budget";
    return this.#adjustedAlone(track, found) <= this.#options.alpha ? "near_threshold" : "noise";
  }

  #needed(track: Track, found: Evidence): Outcome["needed"] {
    const pairs = expectedPairs(found, this.#criterion(track));
    return pairs === null ? null : { what: "pairs", count: pairs - found.pairs, eachMs: null };
  }

  #isGivenUp(track: Track): boolean {
    if (track.effects.length >= MAX_PAIRS) return true;
    return track.outlook(this.#criterion(track)).isFutile;
  }

  #criterion({ threshold }: Track): Criterion {
    const changed = this.#changed;
    const divisor = this.#options.errorControl === "fdr" ? changed + 1 : 1;
    const others = this.#options.errorControl === "fdr" ? 0 : changed;
    return { threshold, alpha: this.#options.alpha, multiplicity: (this.#tracks.size - others) / divisor };
  }

  /** Over the whole suite: what has changed stays so (a p-value of 0), what is the same or unmeasured has not (1). */
  #adjust(pValueOf: (track: Track) => number): ReadonlyMap<string, number> {
    const tracks = [...this.#tracks.values()];
    const adjust = this.#options.errorControl === "fdr" ? benjaminiHochberg : holm;
    const adjusted = adjust(tracks.map((track) => {
      if (track.decision === null) return pValueOf(track);
      return isChange(track.decision) ? 0 : 1;
    }));
    return new Map(tracks.map(({ id }, index) => [id, adjusted[index] ?? 1]));
  }

  /** A difference below the threshold is no claim, and must not make room for others. */
  #gatedPValue({ effects, threshold }: Track): number {
    const found = evidenceOf(effects);
    return found !== null && reachesThreshold(found, threshold) ? sequentialChangePValue(found) : 1;
  }

  /** The adjusted p-value of a benchmark whether or not it reaches its threshold. */
  #adjustedAlone(track: Track, found: Evidence): number {
    const adjusted = this.#adjust((other) =>
      other === track ? sequentialChangePValue(found) : this.#gatedPValue(other)
    );
    return adjusted.get(track.id) ?? 1;
  }
}

/** A decision, which stands. */
interface Decision {
  readonly verdict: Exclude<Verdict, "inconclusive">;
  readonly adjustedPValue: number;
}

/** What can be expected of a benchmark, by a criterion. */
interface Outlook {
  readonly pairs: number;
  readonly multiplicity: number;
  /** Whether no pairs would decide it, as far as can be told by all that it has. */
  readonly isFutile: boolean;
  /** What it had at its last look: ranks change at looks only. Null before there is one. */
  readonly found: Evidence | null;
  /** How many pairs would decide it by that; null if none would. */
  readonly due: number | null;
}

/** One benchmark on its way. */
class Track {
  readonly effects: number[] = [];
  decision: Decision | null = null;
  #outlook: Outlook | null = null;

  constructor(readonly id: string, readonly threshold: number) {}

  /** Worked out once for each number of pairs, though every choice of what to measure next asks for it: it takes a hundred tests. */
  outlook(criterion: Criterion): Outlook {
    const pairs = this.effects.length, { multiplicity } = criterion;
    if (this.#outlook?.pairs === pairs && this.#outlook.multiplicity === multiplicity) return this.#outlook;
    const all = evidenceOf(this.effects), found = evidenceOf(this.effects.slice(0, lastLook(pairs)));
    return this.#outlook = {
      pairs,
      multiplicity,
      isFutile: all !== null && isFutile(all, criterion),
      found,
      due: found === null ? null : expectedPairs(found, criterion),
    };
  }
}

function isChange(decision: Decision | null): boolean {
  return decision !== null && decision.verdict !== "same";
}

function reachesThreshold({ effect }: Evidence, threshold: number): boolean {
  return Math.abs(effect) >= Math.log1p(threshold);
}

/** How many standard errors the effect lies beyond its threshold; below 0 within it. */
function beyondThreshold({ effect, standardError }: Evidence, threshold: number): number {
  const beyond = Math.abs(effect) - Math.log1p(threshold);
  if (standardError === 0) return beyond < 0 ? -Infinity : Infinity;
  return beyond / standardError;
}
