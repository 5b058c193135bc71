import { SharedWaitersFullError } from "../errors.ts";
import { LOCK_AT } from "../handle.ts";
import { FREE_AT } from "../monitor_layout.ts";
import { MonitorRoom, type RoomRules } from "../monitor_room.ts";
import { hostOn, type HostOptions, MODEL_WORDS, ROOM_WORDS, withFault } from "./testdata/model_host.ts";
import { testBroken, testSound } from "./testdata/model_tests.ts";
import type { ModelThread } from "./testdata/model_thread.ts";
import { lingers, type Manner, MANNER_NAMES, MANNERS, standsStill, type Wait } from "./testdata/room_waits.ts";
import type { Operation, Round, Scenario } from "./testdata/scenario.ts";

type Verify = NonNullable<Scenario["verify"]>;

/** Words of the scenarios: how often it was passed, or told; what is done; who is inside; who has passed, for its next round. */
const PASSED = ROOM_WORDS, TOLD = PASSED + 1, DONE = PASSED + 2, INSIDE = PASSED + 3, HAS_PASSED = PASSED + 4;
const BASE = { words: MODEL_WORDS, locks: [LOCK_AT], areAlike: true };

const EVENT: Record<"auto" | "manual", RoomRules<true>> = {
  auto: { rule: "consume", state: () => "", granted: () => true },
  manual: { rule: "pass", state: () => "", granted: () => true },
};

function event(thread: ModelThread, reset: "auto" | "manual", options: HostOptions = {}): Omit<Wait, "isHasty"> {
  const host = hostOn(thread, options);
  return { host, room: new MonitorRoom(host, EVENT[reset]), want: 1 };
}

/** Passes an automatic event, is alone until it sets it again. */
function relays(manner: Manner, isHasty = false): Operation {
  return [
    (thread) => {
      const outcome = MANNERS[manner](thread, { ...event(thread, "auto"), isHasty });
      thread.write(HAS_PASSED + thread.index, outcome === "passed" ? 1 : 0);
    },
    (thread) => {
      if (thread.read(HAS_PASSED + thread.index) === 0) return;
      const inside = thread.exchange(INSIDE, thread.index + 1);
      if (inside !== 0) throw new Error(`thread ${inside - 1} passes too`);
      thread.add(PASSED, 1);
      thread.store(INSIDE, 0);
    },
    (thread) => {
      if (thread.read(HAS_PASSED + thread.index) === 1) event(thread, "auto").room.setFree(1);
    },
  ];
}

const sets: Round = (thread) => event(thread, "auto").room.setFree(1);

const setAfter = (passed: number): Verify => (words) =>
  words[PASSED] === passed && words[FREE_AT] === 1 ? undefined : `${words[PASSED]} have passed`;

const blocks = relays("blocks");
for (const manner of MANNER_NAMES) {
  const one = manner === "blocks" ? blocks : relays(manner), hasty = relays(manner, true);
  const promise = `An automatic event lets one pass for each time it is set; one ${manner}`;
  testSound(promise, { ...BASE, threads: [[one], [sets]], verify: setAfter(1) });
  testSound(promise, { ...BASE, threads: [[one], [sets, blocks]], verify: setAfter(2), preemptions: 4 });
  testSound(promise, { ...BASE, threads: [[one], [blocks], [sets]], verify: setAfter(2), preemptions: 2 });
  testSound(promise, {
    ...BASE,
    threads: [[one, one], [blocks, blocks], [sets, one]],
    verify: setAfter(5),
    idealLocks: true,
  });

  const isSet: Verify = (words) => words[FREE_AT] === 1 ? undefined : "what was set is lost";
  const loss = `An automatic event loses nothing to whoever gives up; that one ${manner}`;
  const threads = [[hasty], [blocks], [sets]];
  testSound(loss, { ...BASE, threads, timeouts: 1, verify: isSet, preemptions: 2 });
  testSound(loss, { ...BASE, threads, timeouts: 1, verify: isSet, idealLocks: true });

  const passes: Round = (thread) => {
    if (MANNERS[manner](thread, event(thread, "manual")) === "passed") thread.add(PASSED, 1);
  };
  const bothPass: Verify = (words) => words[PASSED] === 2 ? undefined : `${words[PASSED]} have passed`;
  const setsIt: Round = (thread) => event(thread, "manual").room.setFree(1);
  const passing = `A manual event lets all pass who wait or come; each ${manner}`;
  testSound(passing, { ...BASE, threads: [[passes], [setsIt, passes]], verify: bothPass });
  testSound(passing, { ...BASE, threads: [[passes], [passes], [setsIt]], verify: bothPass, preemptions: 2 });
  testSound(passing, { ...BASE, threads: [[passes], [passes], [setsIt]], verify: bothPass, idealLocks: true });
}

/** Is granted what it sets itself, as nobody else was first, and dies before it has looked. */
const dies: Round = (thread) => {
  const wait = event(thread, "auto");
  standsStill(thread, wait, { doneAt: DONE, then: () => wait.room.setFree(1) });
};
/** Waits as long as there may be something to be told; nothing is if the first thread lives. */
const waits = (thread: ModelThread, lastLook?: () => void) =>
  lingers(thread, event(thread, "auto"), {
    passedAt: PASSED,
    toldAt: TOLD,
    ...(lastLook === undefined ? {} : { lastLook }),
  });
const passesOn: Verify = (words, died) =>
  died[0] === true && died[2] !== true && words[DONE] === 1 && words[PASSED] !== 1 ? "what was set is lost" : undefined;

testSound("An automatic event passes on what a thread was granted that died before it looked", {
  ...BASE,
  threads: [[dies], [(thread) => waits(thread)]],
  deaths: 1,
  verify: passesOn,
});
for (const how of [{ preemptions: 1 }, { preemptions: 3, idealLocks: true }]) {
  testSound("An automatic event passes it on though a thread dies that was about to do so", {
    ...BASE,
    threads: [
      [dies],
      [(thread) => event(thread, "auto").room.sweep()],
      [(thread) =>
        waits(thread, () => {
          if (!thread.isDead(0)) thread.store(DONE, 0);
        })],
    ],
    deaths: 2,
    verify: passesOn,
    ...how,
  });
}

/** Waits where only one may, or is turned down. */
function passesIfThereIsRoom(isHasty: boolean): Round {
  return (thread) => {
    try {
      MANNERS.awaits(thread, { ...event(thread, "manual", { maxWaiters: 1 }), isHasty });
    } catch (error) {
      if (!(error instanceof SharedWaitersFullError)) throw error;
    }
  };
}

testSound("A waiter whose wait is ended by somebody who left its record waits again", {
  ...BASE,
  threads: [
    [passesIfThereIsRoom(true)],
    [passesIfThereIsRoom(false)],
    [(thread) => event(thread, "manual", { maxWaiters: 1 }).room.setFree(1)],
  ],
  timeouts: 1,
  idealLocks: true,
});

testBroken("an event that is set without its lock, a lost wake-up", /waits for ever/, {
  ...BASE,
  threads: [[relays("blocks")], [(thread) => {
    if (event(thread, "auto").room.monitor.line.first === 0) thread.store(FREE_AT, 1);
    else event(thread, "auto").room.setFree(1);
  }]],
});
testBroken("an event whose waiter believes to wait on a word that has changed, a missing re-check", /waits for ever/, {
  ...BASE,
  threads: [[(thread) => {
    const memory = withFault(thread, {
      waitAsync: (at, value, woken) => (thread.waitAsync(at, value, woken), true),
    });
    MANNERS.awaits(thread, event(thread, "auto", { memory }));
  }], [sets]],
});
testBroken("an automatic event that is not reset by whoever passes, a double grant", /passes too/, {
  ...BASE,
  threads: [[relays("blocks")], [relays("blocks")], [(thread) => event(thread, "manual").room.setFree(2)]],
});
