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

/** What a semaphore of two permits and a read-write lock have in common; of the latter, whoever writes takes all. */
const TOTALS = { "semaphore": 2, "read-write lock": 1_000 } as const;

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

for (const [primitive, total] of Object.entries(TOTALS)) {
  const base = { words: MODEL_WORDS, initial: { [FREE_AT]: total }, locks: [LOCK_AT] };
  const passed = (times: number): NonNullable<Scenario["verify"]> => (words) =>
    words[PASSED] === times && words[FREE_AT] === total ? undefined : `${words[PASSED]} passed, ${words[FREE_AT]} left`;
  const allBack: NonNullable<Scenario["verify"]> = (words) =>
    words[FREE_AT] === total ? undefined : `ends with ${words[FREE_AT]} free`;
  for (const manner of MANNER_NAMES) {
    const all = borrows(total, total, { manner }), one = borrows(total, 1, { manner });
    const hasty = borrows(total, total, { manner, isHasty: true });
    const promise = `A ${primitive} lends no more than there is, and to all who wait; each ${manner}`;
    testSound(promise, { ...base, threads: [[all], [one]], verify: passed(2) });
    testSound(promise, { ...base, threads: [[all, one], [one, all]], verify: passed(4), idealLocks: true });
    testSound(promise, { ...base, threads: [[all], [one], [one]], verify: passed(3), idealLocks: true });
    testSound(promise, { ...base, threads: [[all], [one], [all]], verify: passed(3), preemptions: 2 });
    const loss = `A ${primitive} loses nothing to whoever gives up; each ${manner}`;
    testSound(loss, { ...base, threads: [[hasty], [all]], timeouts: 1, verify: allBack });
    testSound(loss, { ...base, threads: [[hasty], [one], [all]], timeouts: 1, verify: allBack, idealLocks: true });
    const death = `A ${primitive} gets back what a thread held or was granted that died; each ${manner}`;
    testSound(death, { ...base, threads: [[all], [one]], deaths: 1, idealLocks: true });
  }
  testSound(`A ${primitive} gets back what a thread held or was granted that died`, {
    ...base,
    threads: [[borrows(total, total)], [borrows(total, 1)], [borrows(total, total, { manner: "awaits" })]],
    deaths: 1,
    idealLocks: true,
  });
}

const base = { words: MODEL_WORDS, initial: { [FREE_AT]: 2 }, locks: [LOCK_AT] };
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
  });
}
