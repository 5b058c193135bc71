/**
 * Warms a loop up until it is steady, and chooses its batch.
 *
 * @module
 */

import { batchSize, type Clock } from "../clock.ts";
import type { Settings } from "../document.ts";
import type { ClockFacts } from "../document_environment.ts";
import { isSteady, STEADY_WINDOWS } from "../statistics/mod.ts";

/** How long a batch took. */
export interface Duration {
  /** Without the hooks around each iteration, in nanoseconds. */
  readonly ns: number;
  /** With them. */
  readonly wallNs: number;
}

/** What is warmed up: runs `n` iterations in a round of their own. */
export type RunBatch = (n: number) => Promise<Duration>;

/** What is known about a loop after its warm-up. */
export interface WarmUp {
  /** Iterations of a sample. */
  readonly batch: number;
  /** Iterations spent. */
  readonly iterations: number;
  /** Time spent, hooks included. */
  readonly durationMs: number;
  /** Whether successive windows agreed before the cap. */
  readonly steady: boolean;
  /** Duration of one iteration at the end, the loop's share included. */
  readonly iteration: Duration;
}

/** What decides how a loop is warmed up. */
export interface WarmUpOptions {
  /** The run's settings. */
  readonly settings: Settings;
  /** Fixed iterations of a sample; null: chosen here. */
  readonly iterations: number | null;
  /** Tells the time. */
  readonly clock: Clock;
  /** How good it is. */
  readonly clockFacts: ClockFacts;
}

/** The largest share of a sample that the clock's step and cost may make up. */
const MAX_CLOCK_ERROR = 0.01;

/** A batch is chosen anew when a sample is off its target by this factor: tiers of the compiler change speeds severalfold. */
const MISFIT = 1.5;

/** The largest batch that is tried to find out how fast a function is. */
const MAX_PROBE = 2 ** 24;

/** The share of the least warm-up that is spent on finding out how fast the function is. */
const PROBING_SHARE = 0.4;

/**
 * Warms up: first with growing batches until the speed is roughly known, then with batches of the final size, for the
 * compiler's choices depend on the trip count, until the last windows agree. A batch that no longer fits starts this second
 * part again. A function whose one iteration takes longer than the time a benchmark has is steady when two agree.
 */
export async function warmUp(run: RunBatch, options: WarmUpOptions): Promise<WarmUp> {
  const { settings, clock } = options;
  const start = clock.now();
  const elapsedMs = () => (clock.now() - start) / 1e6;
  const probed = await probe(run, settings.warmupMs * PROBING_SHARE * 1e6, options.iterations);
  let { iterations, iteration } = probed;
  let batch = chooseBatch(iteration, options);
  let windows: number[] = [];
  const windowNs = settings.warmupMs / 2 / STEADY_WINDOWS * 1e6;
  // A function so slow that two windows do not fit is given them all the same: whether it is steady is then known.
  while (elapsedMs() < settings.maxWarmupMs || (isHeavy(iteration, settings) && windows.length < 2)) {
    const durations: Duration[] = [];
    let spentNs = 0;
    do {
      const { ns, wallNs } = await run(batch);
      iterations += batch;
      spentNs += wallNs;
      durations.push({ ns: ns / batch, wallNs: wallNs / batch });
    } while (spentNs < windowNs && elapsedMs() < settings.maxWarmupMs);
    iteration = lowerQuartile(durations);
    const fitting = chooseBatch(iteration, options);
    if (isMisfit(batch, fitting)) {
      batch = fitting;
      windows = [];
    } else {
      windows.push(iteration.ns);
    }
    if (elapsedMs() >= settings.warmupMs && agree(windows, iteration, settings)) {
      return { batch, iterations, durationMs: elapsedMs(), steady: true, iteration };
    }
  }
  return { batch, iterations, durationMs: elapsedMs(), steady: agree(windows, iteration, settings), iteration };
}

/**
 * Iterations of a sample for a function of this speed: as many as the clock needs and the sample's share of the time allows.
 * With hooks around each iteration the share of the time is what counts: the clock's cost is then part of each iteration,
 * measured with the empty function's and taken off.
 */
export function chooseBatch(
  { ns, wallNs }: Duration,
  { settings, iterations, clockFacts }: Omit<WarmUpOptions, "clock">,
): number {
  if (iterations !== null) return iterations;
  const minSampleNs = settings.timeMs * 1e6 / settings.rounds;
  // A function that takes no measurable time at all would get an endless batch.
  const byClock = batchSize(Math.max(ns, 0.05), clockFacts, { minSampleNs, maxErrorRatio: MAX_CLOCK_ERROR });
  return wallNs > ns * MISFIT ? Math.min(byClock, Math.max(1, Math.floor(minSampleNs / wallNs))) : byClock;
}

/** Whether a batch is so far from the one that would fit now that it has to be replaced. */
export function isMisfit(batch: number, fitting: number): boolean {
  return fitting > batch * MISFIT || fitting < batch / MISFIT;
}

/** Whether one iteration takes longer than all the time that a benchmark has in a fork. */
export function isHeavy({ wallNs }: Duration, settings: Settings): boolean {
  return wallNs > settings.timeMs * 1e6;
}

function agree(windows: readonly number[], iteration: Duration, settings: Settings): boolean {
  if (!isHeavy(iteration, settings)) return isSteady(windows);
  const [previous, last] = [windows.at(-2), windows.at(-1)];
  return previous !== undefined && last !== undefined && Math.abs(Math.log(last / previous)) < 0.1;
}

/** Doubles the batch, unless it is fixed, until it takes a millisecond; then goes on until `durationNs` have passed. */
async function probe(
  run: RunBatch,
  durationNs: number,
  fixed: number | null,
): Promise<{ iterations: number; iteration: Duration }> {
  let [n, iterations, spentNs] = [fixed ?? 1, 0, 0];
  for (;;) {
    const { ns, wallNs } = await run(n);
    iterations += n;
    spentNs += wallNs;
    const isLongEnough = fixed !== null || wallNs >= 1e6 || n >= MAX_PROBE;
    if (spentNs >= durationNs && isLongEnough) return { iterations, iteration: { ns: ns / n, wallNs: wallNs / n } };
    if (!isLongEnough) n *= 2;
  }
}

function lowerQuartile(durations: readonly Duration[]): Duration {
  const sorted = durations.toSorted((left, right) => left.ns - right.ns);
  return sorted[sorted.length >> 2] ?? { ns: 0, wallNs: 0 };
}
