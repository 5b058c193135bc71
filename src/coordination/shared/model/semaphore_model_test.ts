import type { AtomicMemory } from "../atomic_memory.ts";
import { LOCK_AT } from "../handle.ts";
import { FREE_AT } from "../monitor_layout.ts";
import { MonitorRoom, type RoomRules } from "../monitor_room.ts";
import {
  hostOn,
  type HostOptions,
  MODEL_WORDS,
  MOST_MODEL_THREADS,
  ROOM_WORDS,
  useSome,
  withFault,
} from "./testdata/model_host.ts";
import { testBroken, testSound } from "./testdata/model_tests.ts";
import type { ModelThread } from "./testdata/model_thread.ts";
import { type Manner, MANNER_NAMES, MANNERS, type Wait } from "./testdata/room_waits.ts";
import type { Operation, Scenario } from "./testdata/scenario.ts";

/** Words of the scenarios: how much each thread uses, and has taken, for its next round; how often somebody had something. */
const USED = ROOM_WORDS, HELD = USED + MOST_MODEL_THREADS, PASSED = HELD + MOST_MODEL_THREADS;

/** How much there is of a semaphore, and of a read-write lock: whoever writes takes all of it. */
const PERMITS = 2, EVERY_READER = 1_000;

interface Borrowing {
  readonly manner?: Manner;
  readonly isHasty?: boolean;
  readonly memoryOf?: (thread: ModelThread) => AtomicMemory;
}

function room(thread: ModelThread, total: number, options: HostOptions): Omit<Wait, "want"> {
  const host = hostOn(thread, options);
  const rules: RoomRules<true> = { rule: "lend", total, critical: total, state: () => "", granted: () => true };
  return { host, room: new MonitorRoom(host, rules) };
}

/** Takes, uses and gives back, as the guards of the primitives do. */
function borrows(
  total: number,
  want: number,
  { manner = "blocks", isHasty = false, memoryOf }: Borrowing = {},
): Operation {
  const open = (thread: ModelThread) => room(thread, total, memoryOf === undefined ? {} : { memory: memoryOf(thread) });
  return [
    (thread) => {
      const wait = open(thread);
      if (MANNERS[manner](thread, { ...wait, want, isHasty }) === "passed") thread.write(HELD + thread.index, want);
    },
    (thread) => {
      if (thread.read(HELD + thread.index) === 0) return;
      useSome(thread, { usedAt: USED, amount: want, total });
      thread.add(PASSED, 1);
    },
    (thread) => {
      if (thread.read(HELD + thread.index) === 0) return;
      thread.write(HELD + thread.index, 0);
      const { monitor } = open(thread).room;
      monitor.enter();
      monitor.giveBack(want);
      monitor.leave();
    },
  ];
}

/** What a semaphore and a read-write lock have in common: whoever takes all is alone, and others take one. */
function testsOf(total: number) {
  const base = { words: MODEL_WORDS, initial: { [FREE_AT]: total }, locks: [LOCK_AT], areAlike: true };
  const allBack: NonNullable<Scenario["verify"]> = (words) =>
    words[FREE_AT] === total ? undefined : `ends with ${words[FREE_AT]} free`;
  const passed = (times: number): NonNullable<Scenario["verify"]> => (words) =>
    words[PASSED] === times && words[FREE_AT] === total ? undefined : `${words[PASSED]} passed, ${words[FREE_AT]} left`;
  const all = (how: Borrowing) => borrows(total, total, how), one = (how: Borrowing) => borrows(total, 1, how);
  return { base, allBack, passed, all, one };
}

for (const manner of MANNER_NAMES) {
  const { base, allBack, passed, ...how } = testsOf(PERMITS);
  const all = how.all({ manner }), one = how.one({ manner }), hasty = how.all({ manner, isHasty: true });
  const lends = `A semaphore lends no more than there is, and to all who wait; each ${manner}`;
  testSound(lends, { ...base, threads: [[all], [one]], verify: passed(2) });
  testSound(lends, { ...base, threads: [[all], [one], [all]], verify: passed(3), preemptions: 2 });
  testSound(lends, { ...base, threads: [[all, one], [one], [all, one]], verify: passed(5), idealLocks: true });
  const loses = `A semaphore loses nothing to whoever gives up; each ${manner}`;
  testSound(loses, { ...base, threads: [[hasty], [one]], timeouts: 1, verify: allBack, preemptions: 4 });
  testSound(loses, { ...base, threads: [[hasty], [one], [all]], timeouts: 1, verify: allBack, idealLocks: true });
}
for (const manner of MANNER_NAMES) {
  const { base, allBack, passed, ...how } = testsOf(EVERY_READER);
  const write = how.all({ manner }), read = how.one({ manner });
  const hastyWrite = how.all({ manner, isHasty: true }), hastyRead = how.one({ manner, isHasty: true });
  const lets = `A read-write lock lets in one writer or readers, and all who wait; each ${manner}`;
  testSound(lets, { ...base, threads: [[write], [read], [read]], verify: passed(3), preemptions: 2 });
  testSound(lets, { ...base, threads: [[write, read], [write], [read]], verify: passed(4), idealLocks: true });
  const loses = `A read-write lock keeps nobody waiting for one who has given up; each ${manner}`;
  testSound(loses, {
    ...base,
    threads: [[hastyWrite], [read], [read]],
    timeouts: 1,
    verify: allBack,
    idealLocks: true,
  });
  testSound(loses, {
    ...base,
    threads: [[write], [hastyRead], [write]],
    timeouts: 1,
    verify: allBack,
    idealLocks: true,
  });
}
{ // one wants all and another less, whatever the total is: a read-write lock has the same states
  const { base, all, one } = testsOf(PERMITS);
  const recovers = "A semaphore or a read-write lock gets back what a thread held that died";
  testSound(recovers, { ...base, threads: [[all({})], [one({})]], deaths: 1, preemptions: 3 });
  testSound(recovers, {
    ...base,
    threads: [[all({})], [one({})], [all({ manner: "awaits" })]],
    deaths: 1,
    preemptions: 3,
    idealLocks: true,
  });
}

const { base } = testsOf(PERMITS);
const faults: Record<
  string,
  { readonly fault: RegExp; readonly manner: Manner; readonly memoryOf: (thread: ModelThread) => AtomicMemory }
> = {
  "that serves but does not wake, a lost wake-up": {
    fault: /waits for ever/,
    manner: "blocks",
    memoryOf: (thread) => withFault(thread, { notify: () => 0 }),
  },
  "whose waiter does not look again when what it was to wait for has come, a missing re-check": {
    fault: /waits for ever/,
    manner: "awaits",
    memoryOf: (thread) =>
      withFault(thread, { waitAsync: (at, value, woken) => (thread.waitAsync(at, value, woken), true) }),
  },
  "that does not charge what it grants, a double grant": {
    fault: /of 2 are lent/,
    manner: "blocks",
    memoryOf: (thread) =>
      withFault(thread, { write: (at, value) => at !== FREE_AT || value >= 2 ? thread.write(at, value) : undefined }),
  },
};
for (const [what, { fault, manner, memoryOf }] of Object.entries(faults)) {
  testBroken(`a semaphore ${what}`, fault, {
    ...base,
    threads: [[borrows(2, 2)], [borrows(2, 2, { manner, memoryOf })]],
    idealLocks: true,
  });
}
