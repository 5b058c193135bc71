/**
 * The samples of one benchmark in one pair of processes.
 *
 * @module
 */

import type { ExclusionCause } from "../document.ts";
import { isIndistinguishableFromEmpty, quantile, sortSamples } from "../statistics/mod.ts";
import type { Side } from "./duet_error.ts";
import type { DuetSample } from "./protocol.ts";

/** Two samples, taken one right after the other. */
export interface PairSample {
  /** Nanoseconds an iteration of A, the empty loop's share taken off. */
  readonly aNs: number;
  /** The same of B. */
  readonly bNs: number;
  /** Which was taken first. */
  readonly first: Side;
}

/** What a pair of processes measured of one benchmark. */
export interface PairMeasurement {
  /** Its pairs of samples that count, in the order in which they were taken. */
  readonly pairs: readonly PairSample[];
  /** Pairs that do not count, by cause: never by value. */
  readonly excluded: Readonly<Record<ExclusionCause, number>>;
  /** Whether the host left so few undisturbed that the disturbed ones count all the same. */
  readonly disturbed: boolean;
  /** Whether a side's samples cannot be told from those of an empty loop. */
  readonly optimizedOut: Readonly<Record<Side, boolean>>;
  /** Iterations of each sample. */
  readonly batch: number;
  /** Whether both sides were steady after their warm-up. */
  readonly steady: boolean;
}

/** A pair as it was taken. */
export interface RawPair {
  /** The sample of A. */
  readonly a: DuetSample;
  /** The sample of B. */
  readonly b: DuetSample;
  /** Which was taken first. */
  readonly first: Side;
}

/** What else is known of the benchmark. */
export interface PairFacts {
  /** Iterations that were asked for. */
  readonly batch: number;
  /** Whether both sides were steady after their warm-up. */
  readonly steady: boolean;
  /** Whether both sides' loops are compiled alike: then they cost alike. */
  readonly sameShape: boolean;
  /** Nanoseconds an iteration of the empty loop of its shape, one value a sample, on each side. */
  readonly empty: Readonly<Record<Side, readonly number[]>>;
}

/**
 * With fewer undisturbed pairs than this the disturbed ones count all the same, less the time that they waited for a processor: that is
 * never quite all that a neighbour costs, but what it leaves falls on both sides alike.
 */
const MIN_PAIRS = 4;

/** The least time that is left of an iteration when the empty loop's is taken off, as a share of it: a ratio needs one. */
const MIN_REST = 0.01;

/** The least duration of a sample, in nanoseconds: a clock that has not moved must not make a ratio infinite. */
const MIN_SAMPLE_NS = 1e-3;

/**
 * Makes a measurement out of pairs. A pair counts if both its samples do. The empty loop's time is taken off both sides alike:
 * where the loops are the same, the mean of what it took on the two sides, so that an error of one side's cannot look like a
 * difference.
 */
export function summarizePairs(raw: readonly RawPair[], facts: PairFacts): PairMeasurement {
  const excluded: Record<ExclusionCause, number> = { steal: 0, preemption: 0, suspend: 0 };
  for (const { a, b } of raw) {
    const cause = a.excluded ?? b.excluded;
    if (cause !== null) excluded[cause]++;
  }
  const quiet = raw.filter(({ a, b }) => a.excluded === null && b.excluded === null);
  const disturbed = quiet.length < Math.min(MIN_PAIRS, raw.length);
  const counted = disturbed ? raw : quiet;
  const overheadNs = overheads(facts);
  const value = (sample: DuetSample, side: Side) => {
    const waitedNs = disturbed ? sample.runQueueDelayNs ?? 0 : 0;
    const rest = sample.ns - waitedNs - sample.iterations * overheadNs[side];
    return Math.max(rest, sample.ns * MIN_REST, MIN_SAMPLE_NS) / facts.batch;
  };
  const isEmpty = (side: Side) =>
    isIndistinguishableFromEmpty(counted.map((pair) => pair[side].ns / pair[side].iterations), facts.empty[side]);
  return {
    pairs: counted.map(({ a, b, first }) => ({ aNs: value(a, "a"), bNs: value(b, "b"), first })),
    excluded,
    disturbed,
    optimizedOut: { a: isEmpty("a"), b: isEmpty("b") },
    batch: facts.batch,
    steady: facts.steady,
  };
}

function overheads({ empty, sameShape }: PairFacts): Readonly<Record<Side, number>> {
  const [a, b] = [lowerQuartile(empty.a), lowerQuartile(empty.b)];
  const mean = (a + b) / 2;
  return sameShape ? { a: mean, b: mean } : { a, b };
}

function lowerQuartile(values: readonly number[]): number {
  return values.length === 0 ? 0 : quantile(sortSamples(values), 0.25);
}
