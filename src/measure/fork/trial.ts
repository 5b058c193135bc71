/**
 * Tries a benchmark out before anything is timed: whether it works, and what has to be awaited.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { LoopShape } from "../protocol.ts";
import type { Subject } from "./subject.ts";

/** Iterations that are looked at for what they return. */
const TRIALS = 5;

/** An iteration that takes longer than this, in nanoseconds, is tried once only. */
const SLOW_NS = 20e6;

/**
 * Runs a few iterations, or one of a slow benchmark.
 *
 * @throws {BenchmarkFailure} If one fails.
 */
export async function tryOut(subject: Subject, clock: Clock): Promise<{ shape: LoopShape; isSlow: boolean }> {
  const start = clock.now();
  const shape = await trial(subject, 1);
  const isSlow = clock.now() - start >= SLOW_NS;
  return { shape: isSlow ? shape : merge(shape, await trial(subject, TRIALS)), isSlow };
}

/** Tries so many iterations, in rounds that have no more of them than the benchmark counts on. */
export async function trial(subject: Subject, iterations: number): Promise<LoopShape> {
  let shape: LoopShape = { kind: "sync", hooks: "none" };
  const perRound = subject.fixedIterations ?? iterations;
  for (let done = 0; done < iterations; done += perRound) {
    await subject.round(async () => {
      for (let i = 0; i < Math.min(perRound, iterations - done); i++) shape = merge(shape, (await subject.try()).shape);
    });
  }
  return shape;
}

/** What is asynchronous once is always awaited. */
function merge(known: LoopShape, found: LoopShape): LoopShape {
  return {
    kind: known.kind === "async" ? "async" : found.kind,
    hooks: known.hooks === "async" ? "async" : found.hooks,
  };
}
