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
 * Counts the promises that each iteration leaves pending: those that nobody listens to, and those that are still referenced
 * after a collection. Pending promises that a library has dropped on the floor, the losers of a race say, are neither.
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
  const { unheard, heard } = split(created, watch);
  if (collect === undefined || heard.length === 0) return unheard;
  created = { roots: [], heard: new WeakSet() }; // nothing here may keep alive what is to be collected
  await nextTurn(); // a WeakRef keeps its target until the turn ends
  collect("major");
  return unheard + heard.filter((reference) => reference.deref() !== undefined).length;
}

function split({ roots, heard }: ReturnType<PromiseWatch["stop"]>, watch: PromiseWatch) {
  const pending = roots.filter((promise) => watch.isPending(promise));
  return {
    unheard: pending.filter((promise) => !heard.has(promise)).length,
    heard: pending.filter((promise) => heard.has(promise)).map((promise) => new WeakRef(promise)),
  };
}
