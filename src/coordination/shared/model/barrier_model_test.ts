import { BarrierRoom } from "../barrier_room.ts";
import { LOCK_AT } from "../handle.ts";
import { OWN_AT } from "../monitor_layout.ts";
import { MonitorRoom } from "../monitor_room.ts";
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
import { lingers, type Manner, MANNER_NAMES, MANNERS, standsStill, type Wait } from "./testdata/room_waits.ts";
import type { Operation, Round, Scenario } from "./testdata/scenario.ts";

type Verify = NonNullable<Scenario["verify"]>;

/** Words of the scenarios: how often it was passed, or told; what is done; how often somebody was the last; in which phase each thread is. */
const PASSED = ROOM_WORDS, TOLD = PASSED + 1, DONE = PASSED + 2, LASTS = PASSED + 3, PHASE = PASSED + 4;
const BROKEN_AT = OWN_AT, BASE = { words: MODEL_WORDS, locks: [LOCK_AT], areAlike: true };

function open(thread: ModelThread, parties: number, options?: HostOptions) {
  const host = hostOn(thread, options), barrier = new BarrierRoom(host, parties);
  const wait: Wait = { host, room: barrier.room, want: barrier.arrival };
  return { barrier, wait };
}

function arrives(parties: number, manner: Manner, isHasty = false): Round {
  return (thread) => {
    const outcome = MANNERS[manner](thread, { ...open(thread, parties).wait, isHasty });
    thread.add(outcome === "passed" ? PASSED : TOLD, 1);
  };
}

/** Arrives asleep, says whether it was the last, and finds none of the others a phase ahead or behind. */
function arrivesAsOneOf(parties: number, options?: (thread: ModelThread) => HostOptions): Operation {
  return [
    (thread) => {
      const { barrier: { room, arrival } } = open(thread, parties, options?.(thread));
      thread.add(PHASE + thread.index, 1);
      if (room.takeBlocking(arrival, undefined)) thread.add(LASTS, 1);
      thread.add(PASSED, 1);
    },
    (thread) => {
      const phase = thread.load(PHASE + thread.index);
      for (let other = 0; other < parties; other++) {
        const ahead = thread.load(PHASE + other) - phase;
        if (ahead < 0 || ahead > 1) throw new Error(`thread ${other} is ${ahead} phases ahead`);
      }
    },
  ];
}

const passed = (passed: number, lasts: number): Verify => (words) =>
  words[PASSED] === passed && words[LASTS] === lasts ? undefined : `${words[PASSED]} passed, ${words[LASTS]} last`;

const promise = "A barrier lets all pass in each phase, when all have come, one of them as the last";
const ofTwo = arrivesAsOneOf(2), ofThree = arrivesAsOneOf(3);
testSound(promise, { ...BASE, threads: [[ofTwo], [ofTwo]], verify: passed(2, 1) });
testSound(promise, { ...BASE, threads: [[ofTwo, ofTwo], [ofTwo, ofTwo]], verify: passed(4, 2), preemptions: 3 });
testSound(promise, { ...BASE, threads: [[ofThree], [ofThree], [ofThree]], verify: passed(3, 1), preemptions: 2 });
testSound(promise, { ...BASE, threads: [[ofThree], [ofThree], [ofThree]], verify: passed(3, 1), idealLocks: true });
const thrice = [ofTwo, ofTwo, ofTwo];
testSound(promise, { ...BASE, threads: [thrice, thrice], verify: passed(6, 3), idealLocks: true });

const allOrNobody: Verify = (words) =>
  words[PASSED]! + words[TOLD]! === 3 && words[PASSED]! % 3 === 0 && words[BROKEN_AT] === (words[TOLD] === 0 ? 0 : 1)
    ? undefined
    : `${words[PASSED]} have passed, ${words[TOLD]} were told`;
for (const manner of MANNER_NAMES) {
  for (const how of [{ preemptions: 1 }, { idealLocks: true }]) {
    testSound(`A barrier lets all pass or tells all that one gave up; that one ${manner}`, {
      ...BASE,
      threads: [[arrives(3, manner, true)], [arrives(3, "awaits")], [arrives(3, "blocks")]],
      timeouts: 1,
      verify: allOrNobody,
      ...how,
    });
  }
}

/** Waits for one who does not come, as long as there may be something to be told; nothing is if the first thread lives. */
const waits: Round = (thread) =>
  lingers(thread, open(thread, 4).wait, {
    passedAt: PASSED,
    toldAt: TOLD,
    lastLook: () => {
      if (!thread.isDead(0)) thread.store(DONE, 0);
    },
  });
const dies: Round = (thread) => standsStill(thread, open(thread, 4).wait, { doneAt: DONE });
const othersAreTold: Verify = (words, died) => {
  const alive = died.slice(1).filter((isDead) => !isDead).length;
  return died[0] === true && words[DONE] === 1 && words[TOLD]! < alive
    ? `${words[TOLD]} of ${alive} were told`
    : undefined;
};
const telling = "A barrier tells the others when a thread dies at it, though one dies that was about to tell them";
testSound(telling, { ...BASE, threads: [[dies], [waits]], deaths: 1, verify: othersAreTold });
testSound(telling, { ...BASE, threads: [[dies], [waits], [waits]], deaths: 2, preemptions: 0, verify: othersAreTold });
testSound(telling, {
  ...BASE,
  threads: [[dies], [waits], [waits]],
  deaths: 1,
  preemptions: 3,
  idealLocks: true,
  verify: othersAreTold,
});

testSound("A barrier tells the others when a thread gives up, though it dies while it does so", {
  ...BASE,
  threads: [
    [(thread) => {
      const { wait } = open(thread, 3);
      standsStill(thread, wait, {
        doneAt: DONE,
        then: (ticket) => {
          thread.store(DONE, 1);
          wait.room.locked(() => wait.room.monitor.withdraw(ticket));
        },
      });
    }],
    [(thread) => lingers(thread, open(thread, 3).wait, { passedAt: PASSED, toldAt: TOLD })],
  ],
  deaths: 1,
  verify: (words, died) => words[DONE] === 1 && words[TOLD] === 0 && died[1] !== true ? "nobody was told" : undefined,
});

/** Arrives where nobody is told that one has left. */
function arrivesUnheard(isHasty: boolean): Round {
  return (thread) => {
    const host = hostOn(thread);
    const room: MonitorRoom<boolean> = new MonitorRoom(host, {
      rule: "phase",
      state: () => "",
      granted: () => true,
      deserted: () => thread.store(BROKEN_AT, 1),
    });
    const want = () => {
      const { monitor } = room, phase = monitor.free;
      if (monitor.line.count + 1 === 3) monitor.setFree(phase + 1);
      return phase;
    };
    MANNERS.blocks(thread, { host, room, want, isHasty });
  };
}
testBroken("a barrier that nobody is told of when one gives up", /waits for ever/, {
  ...BASE,
  threads: [[arrivesUnheard(true)], [arrivesUnheard(false)], [arrivesUnheard(false)]],
  timeouts: 1,
  preemptions: 1,
});
testBroken("a barrier that opens but does not wake, a lost wake-up", /waits for ever/, {
  ...BASE,
  threads: [[ofTwo], [arrivesAsOneOf(2, (thread) => ({ memory: withFault(thread, { notify: () => 0 }) }))]],
});
testBroken("a barrier that whoever is woken passes without another look, a missing re-check", /phases ahead/, {
  ...BASE,
  threads: [
    [(thread) => {
      thread.add(PHASE, 1);
      const { wait: { room }, barrier: { arrival } } = open(thread, 2);
      const ticket = room.locked(() => {
        const phase = arrival();
        return room.monitor.tryTake(phase) ? undefined : room.monitor.line.join(phase);
      });
      if (ticket === undefined) return;
      thread.wait(ticket.at, ticket.stage, Infinity);
      const ahead = thread.load(PHASE + 1) - 1;
      if (ahead < 0) throw new Error(`thread 1 is ${ahead} phases ahead`);
    }],
    [ofTwo],
    [(thread) => void thread.notify(FIRST_RECORD_AT, 1)],
  ],
});
