/**
 * The process that sees what each benchmark allocates; nothing is timed in it, for V8 traces its collections, or has them
 * sampled.
 *
 * @module
 */

import type { LoopShape, Pauses } from "../protocol.ts";
import type { ForkContext } from "./context.ts";
import { emptyCandidate, shapeKey } from "./empty_body.ts";
import { describeFailure } from "./failure.ts";
import { readHeap } from "./garbage.ts";
import { GcSampler } from "./gc_sampler.ts";
import { Subject } from "./subject.ts";
import type { TimedCandidate } from "./timing.ts";

/** V8's flag that has it trace its collections; compiled executables do not heed it. */
export const TRACING_FLAG = "--trace-gc";

/** Collections of the young generation, one right after the other, that make a mark in V8's trace. */
export const MARK_LENGTH = 4;

/** Iterations that are observed at least, if they take no longer than `MAX_OBSERVED_NS`, in nanoseconds. */
const SEVERAL = 20;
const MAX_OBSERVED_NS = 100e6;

/** Iterations that are observed at most. */
const MAX_OBSERVED = 2 ** 26;

/** How long a benchmark is observed at least, in nanoseconds. */
const MIN_OBSERVED_NS = 10e6;

/** Iterations of the empty loop. */
const EMPTY_ITERATIONS = 10_000;

/**
 * Observes what the iterations of each benchmark allocate and how often they have garbage collected; of a benchmark with hooks
 * around each iteration, what the hooks allocate is part of it.
 */
export async function observeAllocation(candidates: readonly TimedCandidate[], context: ForkContext): Promise<void> {
  const empty = new Map<string, number | null>();
  using sampler = isTraced() ? null : await GcSampler.open();
  for (const { candidate, shape } of candidates) {
    let subject: Subject | undefined;
    try {
      if (!empty.has(shapeKey(shape))) empty.set(shapeKey(shape), await observeEmpty(shape, context));
      context.begin(candidate.id, "setup");
      subject = await Subject.setUp(candidate, context);
      context.begin(candidate.id, "memory");
      const emptyBytes = empty.get(shapeKey(shape)) ?? null;
      const allocation = await observe(subject, { shape, emptyBytes, sampler, context });
      context.begin(candidate.id, "teardown");
      const done = subject;
      subject = undefined; // a failed teardown must not be tried again
      await done.tearDown();
      context.tell({ type: "allocated", id: candidate.id, allocation });
    } catch (thrown) {
      context.tell({ type: "failed", id: candidate.id, failure: describeFailure(thrown) });
      await subject?.tearDown().catch(() => {}); // the first failure is the one to tell
    }
  }
  context.begin(null, "teardown");
}

/** Whether V8 traces this process's collections. */
function isTraced(): boolean {
  if (Deno.build.standalone) return false;
  const isTold = Deno.permissions.querySync({ name: "env", variable: "DENO_V8_FLAGS" }).state === "granted";
  return isTold && (Deno.env.get("DENO_V8_FLAGS") ?? "").split(",").includes(TRACING_FLAG);
}

async function observeEmpty(shape: LoopShape, context: ForkContext): Promise<number | null> {
  const subject = await Subject.setUp(emptyCandidate(shape), context);
  subject.compile(shape, undefined);
  for (let warm = 0; warm < 10; warm++) await subject.loop(EMPTY_ITERATIONS);
  return await allocatedBy(subject, EMPTY_ITERATIONS);
}

async function observe(
  subject: Subject,
  { shape, emptyBytes, sampler, context }: {
    shape: LoopShape;
    emptyBytes: number | null;
    sampler: GcSampler | null;
    context: ForkContext;
  },
) {
  const { clock, settings } = context;
  const { result } = await subject.round(() => subject.try());
  subject.compile(shape, result);
  // What is allocated depends on what the compiler has optimised: escaping objects are gone only then.
  const fixed = subject.fixedIterations;
  let n = fixed ?? 1;
  let iterationNs = 0;
  const budgetNs = settings.warmupMs / 4 * 1e6;
  let spentNs = 0;
  do {
    const start = clock.now();
    await subject.round(async () => await subject.loop(n));
    const wallNs = clock.now() - start;
    spentNs += wallNs;
    iterationNs = wallNs / n;
    if (fixed === null && wallNs < budgetNs / 8) n *= 2;
  } while (spentNs < budgetNs);
  // What a first iteration allocates once, and what waiting for it does, should weigh little.
  if (fixed === null && iterationNs * SEVERAL <= MAX_OBSERVED_NS) n = Math.max(n, SEVERAL);
  // The young generation fills up only every few milliseconds.
  const observedNs = Math.max(MIN_OBSERVED_NS, settings.timeMs / 4 * 1e6);
  if (fixed === null) n = Math.min(Math.max(n, Math.floor(observedNs / iterationNs)), MAX_OBSERVED);
  context.collect?.("major"); // what others have left is not this one's garbage
  const observed = await subject.round(async () => {
    mark(context);
    const bytes = await allocatedBy(subject, n);
    const { usedBytes } = readHeap();
    mark(context);
    const allocatedBytes = bytes === null ? null : Math.max(0, bytes - (emptyBytes ?? 0));
    return { iterations: n, allocatedBytes, heapUsedBytes: usedBytes, residentBytes: Deno.memoryUsage().rss };
  });
  return { ...observed, sampledPauses: sampler === null ? null : await samplePauses(subject, { n, sampler, context }) };
}

/** Pauses during `n` more iterations: V8 allocates for itself while it is sampled, which is not the benchmark's. */
async function samplePauses(
  subject: Subject,
  { n, sampler, context }: { n: number; sampler: GcSampler; context: ForkContext },
): Promise<Pauses> {
  context.collect?.("minor"); // as after a mark
  const { pauses } = await subject.round(() => sampler.sample(async () => await subject.loop(n)));
  return pauses;
}

/** Bytes allocated by each of `iterations` iterations, the reading itself excluded. */
async function allocatedBy(subject: Subject, iterations: number): Promise<number | null> {
  const [first, second] = [readHeap().allocatedBytes, readHeap().allocatedBytes];
  await subject.loop(iterations);
  const third = readHeap().allocatedBytes;
  if (first === null || second === null || third === null) return null;
  const readingBytes = second - first;
  return Math.max(0, third - second - readingBytes) / iterations;
}

/**
 * Leaves a mark in V8's trace, which comes in one piece when the process ends: collections that were asked for, more in a row
 * than benchmarks ask for. `gc_trace.ts` looks for it.
 */
function mark({ collect }: ForkContext): void {
  for (let i = 0; i < MARK_LENGTH; i++) collect?.("minor");
}
