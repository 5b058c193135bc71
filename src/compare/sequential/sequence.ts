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
import { LOOKS, lookShare, MAX_PAIRS, nextLook } from "./looks.ts";
import { expectedPairs, isFutile } from "./projection.ts";

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
 * Decides, pair of processes by pair of processes, which benchmarks are slower, faster or the same, with an error rate that holds
 * wherever the measuring stops.
 */
export class Sequence {
  readonly #options: SequenceOptions;
  readonly #tracks: ReadonlyMap<string, Track>;

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
   * How many more pairs each undecided benchmark should have before it is worth looking again, most promising first: the one that
   * is likeliest to have changed by its threshold. Empty when all is decided, or not worth more pairs.
   */
  wanted(): ReadonlyMap<string, number> {
    const open = [...this.#tracks.values()].filter((track) => track.decision === null && !this.#isGivenUp(track));
    const ranked = open
      .map((track) => ({ track, promise: promise(track) }))
      .sort((left, right) => left.promise === right.promise ? 0 : right.promise - left.promise);
    return new Map(ranked.flatMap(({ track }) => {
      const next = nextLook(track.effects.length);
      return next === null ? [] : [[track.id, next - track.effects.length]];
    }));
  }

  /** Decides what can be decided by now. A decision stands. */
  look(): void {
    const open = [...this.#tracks.values()].filter((track) => track.decision === null);
    const adjusted = this.#adjust((track) => this.#gatedPValue(track));
    for (const track of open) {
      const found = evidenceOf(track.effects);
      const adjustedPValue = adjusted.get(track.id) ?? 1;
      if (found === null) continue;
      if (reachesThreshold(found, track.threshold) && adjustedPValue <= this.#options.alpha) {
        track.decision = { verdict: found.effect > 0 ? "slower" : "faster", adjustedPValue };
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
        interval: found === null ? null : ratioInterval(found, alpha, nearestShare(found.pairs)),
      };
    });
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
    const share = lookShare(found.pairs);
    return {
      ...shared,
      reason: decision === null ? this.#undecidedReason(track, found) : null,
      interval: ratioInterval(found, this.#options.alpha, share === 0 ? lookShare(MAX_PAIRS) : share),
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
    const found = evidenceOf(track.effects);
    return found !== null && isFutile(found, this.#criterion(track));
  }

  #criterion({ threshold }: Track) {
    const changed = [...this.#tracks.values()].filter(({ decision }) => isChange(decision)).length;
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

/** One benchmark on its way. */
class Track {
  readonly effects: number[] = [];
  decision: Decision | null = null;

  constructor(readonly id: string, readonly threshold: number) {}
}

function isChange(decision: Decision | null): boolean {
  return decision !== null && decision.verdict !== "same";
}

function reachesThreshold({ effect }: Evidence, threshold: number): boolean {
  return Math.abs(effect) >= Math.log1p(threshold);
}

/** How many standard errors the effect lies beyond its threshold; what is not known yet comes first. */
function promise({ effects, threshold }: Track): number {
  const found = evidenceOf(effects);
  if (found === null) return Infinity;
  const beyond = Math.abs(found.effect) - Math.log1p(threshold);
  return found.standardError === 0 ? Math.sign(beyond) * Infinity : beyond / found.standardError;
}

/** The share of the planned look that is nearest. */
function nearestShare(pairs: number): number {
  const nearest = LOOKS.reduce((best, look) => Math.abs(look - pairs) < Math.abs(best - pairs) ? look : best);
  return lookShare(nearest);
}
