/**
 * The first process of a run: tries each benchmark before anything is timed, so that what fails costs nothing more.
 *
 * @module
 */

import type { LoopShape } from "../protocol.ts";
import type { ForkContext } from "./context.ts";
import { BenchmarkFailure, describeFailure } from "./failure.ts";
import { leakedPromises, type LeakTools } from "./promise_leaks.ts";
import { findPromiseWatch } from "./promise_watch.ts";
import { type Candidate, Subject } from "./subject.ts";

/** Iterations that are looked at for what they return. */
const TRIALS = 5;

/** An iteration that takes longer than this, in nanoseconds, is tried once only, and not searched for leaks. */
const SLOW_NS = 20e6;

/**
 * Sets up, tries and tears down each benchmark, and tells how its loop has to be compiled. The first that fails is the last in
 * this process: its timers, rejections and changes of globals would be taken for faults of those that come after it.
 */
export async function audit(candidates: readonly Candidate[], context: ForkContext): Promise<void> {
  const watch = findPromiseWatch();
  const leaks = watch === undefined ? undefined : { watch, collect: context.collect };
  for (const candidate of candidates) {
    try {
      const shape = await auditOne(candidate, context, leaks);
      context.tell({ type: "audited", id: candidate.id, audit: { shape } });
    } catch (thrown) {
      context.tell({ type: "failed", id: candidate.id, failure: describeFailure(thrown) });
      break;
    }
  }
  context.begin(null, "teardown");
}

async function auditOne(candidate: Candidate, context: ForkContext, leaks: LeakTools | undefined): Promise<LoopShape> {
  context.begin(candidate.id, "setup");
  const subject = await Subject.setUp(candidate, context);
  let shape: LoopShape;
  try {
    context.begin(candidate.id, "check");
    const start = context.clock.now();
    shape = await trial(subject, 1);
    const iterationNs = context.clock.now() - start;
    if (iterationNs < SLOW_NS) {
      shape = merge(shape, await trial(subject, TRIALS));
      if (leaks !== undefined) await requireNoLeak(subject, leaks);
    }
  } catch (thrown) {
    await subject.tearDown().catch(() => {}); // the first failure is the one to tell
    throw thrown;
  }
  context.begin(candidate.id, "teardown");
  await subject.tearDown();
  return shape;
}

/** Tries so many iterations, in rounds that have no more of them than the benchmark counts on. */
async function trial(subject: Subject, iterations: number): Promise<LoopShape> {
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

async function requireNoLeak(subject: Subject, leaks: LeakTools): Promise<void> {
  const leaked = await leakedPromises(async (iterations) => {
    await trial(subject, iterations);
  }, leaks);
  if (leaked === 0) return;
  throw new BenchmarkFailure({
    reason: "leaked_promise",
    message: "an iteration was over while a promise that it made was still pending; await it or return it",
    stack: null,
  });
}
