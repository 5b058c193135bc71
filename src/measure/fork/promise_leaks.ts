/**
 * Finds benchmarks that return before what they started is over.
 *
 * @module
 */

import { nextTurn } from "./event_loop.ts";
import type { Collect } from "./garbage.ts";
import type { PromiseWatch } from "./promise_watch.ts";

/** Turns of the event loop that promises are given to settle. */
const TURNS = 5;

/** Iterations of the passes that are compared; the last one is run only if the second has more left pending than the first. */
const FEW = 8;
const MANY = 24;
const VERY_MANY = 96;

/** What is needed to find leaks. */
export interface LeakTools {
  /** Sees promises come into being. */
  readonly watch: PromiseWatch;
  /** Collects garbage; without it fewer leaks are found. */
  readonly collect: Collect | undefined;
}

/**
 * Counts the promises that each iteration leaves pending, and that something still refers to after a collection: a timer, a line of
 * waiters, a suspended function. What nothing refers to can never settle, so nothing that was started is still going on: the losers of
 * a race that a library drops say, or the promise that V8 makes for an `Atomics.waitAsync` that need not wait. Where garbage cannot
 * be collected, those count that nobody listens to.
 *
 * A bounded number of long-lived promises does not count, even if an iteration may replace some of them: passes of different
 * length are compared.
 *
 * @param run Runs so many iterations.
 * @returns Promises left for each iteration; 0 if it is fewer than one in two iterations.
 */
export async function leakedPromises(run: (iterations: number) => Promise<void>, tools: LeakTools): Promise<number> {
  const few = await pendingAfter(run, FEW, tools);
  let growth = 0;
  for (const iterations of [MANY, VERY_MANY]) {
    growth = (await pendingAfter(run, iterations, tools) - few) / (iterations - FEW);
    if (growth < 0.5) return 0;
  }
  return growth;
}

async function pendingAfter(
  run: (iterations: number) => Promise<void>,
  iterations: number,
  { watch, collect }: LeakTools,
): Promise<number> {
  watch.start();
  let created: ReturnType<PromiseWatch["stop"]>;
  try {
    await run(iterations);
  } finally {
    created = watch.stop();
  }
  for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  const pending = created.roots.filter((promise) => watch.isPending(promise));
  if (pending.length === 0) return 0;
  if (collect === undefined) {
    const { heard } = created;
    return pending.filter((promise) => !heard.has(promise)).length;
  }
  const references = pending.map((promise) => new WeakRef(promise));
  created = { roots: [], heard: new WeakSet() }; // nothing here may keep alive what is to be collected
  pending.length = 0;
  await nextTurn(); // a WeakRef keeps its target until the turn ends
  collect("major");
  return references.filter((reference) => reference.deref() !== undefined).length;
}
