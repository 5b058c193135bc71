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
import { trial, tryOut } from "./trial.ts";

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
    const tried = await tryOut(subject, context.clock);
    shape = tried.shape;
    if (!tried.isSlow && leaks !== undefined && candidate.definition.isLenient !== true) {
      await requireNoLeak(subject, leaks);
    }
  } catch (thrown) {
    await subject.tearDown().catch(() => {}); // the first failure is the one to tell
    throw thrown;
  }
  context.begin(candidate.id, "teardown");
  await subject.tearDown();
  return shape;
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
