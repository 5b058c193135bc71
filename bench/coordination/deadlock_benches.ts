/**
 * What it costs that somebody looks for deadlocks.
 *
 * A detector is on for the whole isolate, where others are measured too: so it is on only while a benchmark of its own goes on.
 *
 * @module
 */

import { type DeadlockDetector, detectDeadlocks } from "../../src/coordination/deadlocks/mod.ts";
import { Mutex } from "../../src/coordination/mutex.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";
import { Crowd, TURN } from "./crowd.ts";

/** How many owners stand in line. */
const OWNERS = 100;

/** Who may be on. */
interface Detecting {
  detector: DeadlockDetector | undefined;
}

/** Two locks that two owners want. */
interface TwoLocks extends Detecting {
  readonly a: Mutex;
  readonly b: Mutex;
  readonly crowd: Crowd;
}

/** One lock that many want. */
interface Line extends Detecting {
  readonly mutex: Mutex;
  readonly owners: readonly { readonly owner: string }[];
  readonly crowd: Crowd;
}

const ANN = { owner: "ann" };
const BOB = { owner: "bob" };

/** Hooks that have a detector on during each round, and leave none on after one that failed. */
const DETECTING = {
  beforeRound: (state: Detecting) => {
    state.detector = detectDeadlocks();
  },
  afterRound: stopDetecting,
  teardown: stopDetecting,
};

/** Defines each case with and without a detector. */
export function benchDeadlocks(bench: DefineBenchmark): void {
  const owned = { group: "two locks with an owner" };
  bench("Nobody looks for deadlocks", { ...owned, baseline: true, setup: twoLocks }, lockBoth);
  bench("A detector is on", { ...owned, ...DETECTING, setup: twoLocks }, lockBoth);

  const line = { group: "a lock for which owners wait", params: { owners: [OWNERS] } };
  bench("Nobody looks for deadlocks, in line", { ...line, baseline: true, setup: makeLine }, passInTurn);
  bench("A detector is on, in line", { ...line, ...DETECTING, setup: makeLine }, passInTurn);
}

function stopDetecting(state: Detecting): void {
  state.detector?.stop();
  state.detector = undefined;
}

function twoLocks(): TwoLocks {
  return { a: new Mutex(), b: new Mutex(), crowd: new Crowd(1), detector: undefined };
}

/** Two owners that meet in both locks, in one order. */
async function lockBoth({ a, b, crowd, detector }: TwoLocks): Promise<boolean> {
  const both = async (options: { readonly owner: string }) => {
    const first = await a.acquire(options), second = await b.acquire(options);
    crowd.enter();
    await TURN;
    crowd.leave();
    second.release();
    first.release();
  };
  const tasks = [both(ANN), both(BOB)];
  const isWatched = detector === undefined || detector.waiting === 1;
  await Promise.all(tasks);
  return isWatched && crowd.hasPassed(2) && !a.locked && !b.locked && (detector === undefined || detector.found === 0);
}

function makeLine({ owners }: { readonly owners: number }): Line {
  return {
    mutex: new Mutex(),
    owners: Array.from({ length: owners }, (_, n) => ({ owner: `owner ${n}` })),
    crowd: new Crowd(1),
    detector: undefined,
  };
}

/** Many owners, all of whom wait at first. */
async function passInTurn({ mutex, owners, crowd, detector }: Line): Promise<boolean> {
  const first = mutex.tryAcquire(ANN);
  const tasks = owners.map(async (options) => {
    const guard = await mutex.acquire(options);
    crowd.enter();
    await TURN;
    crowd.leave();
    guard.release();
  });
  await TURN;
  const isAwaited = crowd.isAwaited && (detector === undefined || detector.waiting === owners.length);
  first?.release();
  await Promise.all(tasks);
  return isAwaited && crowd.hasPassed(owners.length) && (detector === undefined || detector.found === 0);
}
