import { LOCK_AT } from "../handle.ts";
import { LatchRoom } from "../latch_room.ts";
import { FREE_AT, OWN_AT } from "../monitor_layout.ts";
import {
  FIRST_RECORD_AT,
  hostOn,
  type HostOptions,
  MODEL_WORDS,
  ROOM_WORDS,
  withFault,
} from "./testdata/model_host.ts";
import { testBroken, testSound } from "./testdata/model_tests.ts";
import type { ModelThread } from "./testdata/model_thread.ts";
import { lingers, MANNER_NAMES, MANNERS, type Wait } from "./testdata/room_waits.ts";
import type { Round, Scenario } from "./testdata/scenario.ts";

type Verify = NonNullable<Scenario["verify"]>;

/** Words of the scenarios: how often it was passed, or told; how often it was counted down. */
const PASSED = ROOM_WORDS, TOLD = PASSED + 1, DONE = PASSED + 2;
const COUNT_AT = OWN_AT;
const startingAt = (count: number) => ({
  words: MODEL_WORDS,
  locks: [LOCK_AT],
  initial: { [COUNT_AT]: count },
  areAlike: true,
});

function open(thread: ModelThread, options?: HostOptions): { readonly latch: LatchRoom; readonly wait: Wait } {
  const host = hostOn(thread, options), latch = new LatchRoom(host);
  return { latch, wait: { host, room: latch.room, want: 1 } };
}

const countsDown: Round = (thread) => {
  open(thread).latch.countDown(1);
  thread.add(DONE, 1);
};

for (const manner of MANNER_NAMES) {
  const passes = (isHasty: boolean): Round => (thread) => {
    const { wait, latch } = open(thread);
    if (MANNERS[manner](thread, { ...wait, isHasty }) !== "passed") return;
    thread.add(PASSED, 1);
    if (latch.count !== 0) throw new Error(`passed with ${latch.count} left`);
  };
  const opens = (passed: number): Verify => (words) =>
    words[COUNT_AT] === 0 && words[PASSED] === passed
      ? undefined
      : `${words[COUNT_AT]} are left, ${words[PASSED]} have passed`;
  const promise = `A latch opens when it was counted down, not before; each ${manner}`;
  testSound(promise, { ...startingAt(1), threads: [[passes(false), passes(false)], [countsDown]], verify: opens(2) });
  testSound(promise, {
    ...startingAt(2),
    threads: [[passes(false)], [countsDown], [countsDown]],
    verify: opens(1),
    preemptions: 3,
  });
  testSound(promise, {
    ...startingAt(2),
    threads: [[passes(false)], [countsDown], [countsDown]],
    verify: opens(1),
    idealLocks: true,
  });
  testSound(promise, {
    ...startingAt(2),
    threads: [[passes(false), passes(false)], [countsDown, passes(false)], [countsDown]],
    verify: opens(3),
    idealLocks: true,
  });
  testSound(`A latch opens for the others though one gives up; that one ${manner}`, {
    ...startingAt(1),
    threads: [[passes(true)], [passes(false)], [countsDown]],
    timeouts: 1,
    verify: (words) => words[PASSED]! >= 1 ? undefined : "nobody has passed",
    idealLocks: true,
  });
}

const wholeOrNot: Verify = (words, died) => {
  if (died[2] === true) return undefined;
  if (words[DONE] === 2 && words[PASSED] !== 1) return "it has not opened";
  return (words[FREE_AT] === 1) === (words[COUNT_AT] === 0) ? undefined : `it is open, but ${words[COUNT_AT]} are left`;
};
const waits: Round = (thread) => lingers(thread, open(thread).wait, { passedAt: PASSED, toldAt: TOLD });
for (const how of [{ preemptions: 1 }, { idealLocks: true }, { idealLocks: true, stopsAtWrites: true }]) {
  testSound("A latch is open as a whole or not at all, whoever dies while counting it down", {
    ...startingAt(2),
    threads: [[countsDown], [countsDown], [waits]],
    deaths: 1,
    verify: wholeOrNot,
    ...how,
  });
}

const passes = (options?: HostOptions): Round => (thread) => void MANNERS.blocks(thread, open(thread, options).wait);

testBroken("a latch whose count is read, then written, without its lock", /waits for ever/, {
  ...startingAt(2),
  threads: [
    ...[1, 2].map((): Round[] => [(thread) => {
      const left = thread.load(COUNT_AT) - 1;
      thread.store(COUNT_AT, left);
      if (left === 0) open(thread).latch.room.setFree(1);
    }]),
    [passes()],
  ],
});
testBroken("a latch that opens but does not wake, a lost wake-up", /waits for ever/, {
  ...startingAt(1),
  threads: [[(thread) => void open(thread, { memory: withFault(thread, { notify: () => 0 }) }).latch.countDown(1)], [
    passes(),
  ]],
});
/** Passes as soon as it is woken, as somebody is whose record was left by another with a wait pending on it. */
const passesWhenWoken: Round = (thread) => {
  const { latch } = open(thread),
    { room } = latch,
    ticket = room.locked(() => room.monitor.tryTake(1) ? undefined : room.monitor.line.join(1));
  if (ticket === undefined) return;
  thread.wait(ticket.at, ticket.stage, Infinity);
  if (latch.count > 0) throw new Error(`passed with ${latch.count} left`);
};
const wakesTheFirst: Round = (thread) => void thread.notify(FIRST_RECORD_AT, 1);
testBroken("a latch that whoever is woken passes without another look, a missing re-check", /passed with 1 left/, {
  ...startingAt(1),
  threads: [[passesWhenWoken], [wakesTheFirst], [countsDown]],
});
