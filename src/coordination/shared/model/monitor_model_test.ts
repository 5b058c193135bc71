import { LOCK_AT } from "../handle.ts";
import { Monitor } from "../monitor.ts";
import { FREE_AT, REFUSED, WAITING } from "../monitor_layout.ts";
import { Ticket } from "../monitor_line.ts";
import type { AtomicMemory } from "../atomic_memory.ts";
import {
  ACCOUNTS,
  memberOf,
  MODEL_WORDS,
  PLACES,
  RECORDS,
  ROOM_WORDS,
  useSome,
  withFault,
} from "./testdata/model_host.ts";
import { testBroken, testSound } from "./testdata/model_tests.ts";
import type { ModelThread } from "./testdata/model_thread.ts";
import type { Operation, Round, Scenario } from "./testdata/scenario.ts";

/** Words beside the monitor: how much each thread uses; and how its request stands: 0 for none, else {@linkcode HAS} or its record. */
const USED = ROOM_WORDS, REQUEST = USED + 3, HAS = -1;
const TOTAL = 2, BASE = { words: MODEL_WORDS, initial: { [FREE_AT]: TOTAL }, locks: [LOCK_AT], areAlike: true };

function open(thread: ModelThread, memory: AtomicMemory): Monitor {
  const member = memberOf(thread);
  return new Monitor(memory, {
    rule: "lend",
    total: TOTAL,
    critical: 1,
    accounts: ACCOUNTS,
    maxWaiters: RECORDS,
    me: member.lockName,
    watch: member,
    spins: 0,
    places: PLACES,
  });
}

/** How a thread borrows. */
interface Manner {
  /** Gives up when a wait has timed out. */
  readonly isHasty?: boolean;
  /** Sleeps on whatever the stage is by now. */
  readonly isBlind?: boolean;
  readonly memoryOf?: (thread: ModelThread) => AtomicMemory;
  /** Whether threads may die: then what the lock was taken over with is to be known until it is left. */
  readonly isMortal?: boolean;
}

/** Takes permits, asleep until they are granted; uses them; gives them back. */
function borrows(want: number, manner: Manner = {}): Operation {
  const { isHasty = false, isBlind = false, memoryOf = (thread) => thread, isMortal = false } = manner;
  const requestOf = (thread: ModelThread) => thread.read(REQUEST + thread.index);
  /** Its request has no answer yet, or it is to be seen in the same word. */
  const ticketOf = (thread: ModelThread) => {
    const at = requestOf(thread);
    return new Ticket(at, thread.read(at) & ~REFUSED | WAITING, want);
  };
  const monitorOf = (thread: ModelThread) => open(thread, memoryOf(thread));
  /** Does something with the lock held, if it is to be done; how the lock was come by is forgotten meanwhile. */
  const locked = (
    isDue: (request: number) => boolean,
    fn: (monitor: Monitor, thread: ModelThread) => void,
  ): Round[] => {
    const enters: Round = (thread) => {
      if (isDue(requestOf(thread))) monitorOf(thread).enter();
    };
    const leaves = (monitor: Monitor, thread: ModelThread) => {
      fn(monitor, thread);
      monitor.leave();
    };
    if (!isMortal) return [enters, (thread) => isDue(requestOf(thread)) && leaves(monitorOf(thread), thread)];
    return [(thread) => {
      const monitor = monitorOf(thread);
      if (!isDue(requestOf(thread))) return;
      monitor.enter();
      leaves(monitor, thread);
    }];
  };
  const asks = locked(() => true, (monitor, thread) => {
    const request = monitor.tryTake(want) ? HAS : monitor.line.join(want)?.at;
    if (request === undefined) throw new Error("the line is full");
    thread.write(REQUEST + thread.index, request);
  });
  const sleeps: Round = (thread) => {
    if (requestOf(thread) === HAS) return;
    const monitor = monitorOf(thread), ticket = ticketOf(thread);
    while (monitor.standing(ticket) === "waiting") {
      const stage = isBlind ? thread.load(ticket.at) : ticket.stage;
      if (thread.wait(ticket.at, stage, 1) !== "timed-out") continue;
      monitor.enter();
      const isOut = isHasty && monitor.withdraw(ticket);
      if (!isHasty) monitor.sweep();
      monitor.leave();
      if (isOut) return thread.write(REQUEST + thread.index, 0);
    }
  };
  const collects = locked((request) => request > 0, (monitor, thread) => {
    monitor.collect(ticketOf(thread));
    thread.write(REQUEST + thread.index, HAS);
  });
  const uses: Round = (thread) => {
    if (requestOf(thread) === HAS) useSome(thread, { usedAt: USED, amount: want, total: TOTAL });
  };
  const returns = locked((request) => request === HAS, (monitor) => monitor.giveBack(want));
  return [...asks, sleeps, ...collects, uses, ...returns];
}

const allBack: NonNullable<Scenario["verify"]> = (words) =>
  words[FREE_AT] === TOTAL && words[LOCK_AT] === 0 ? undefined : `ends with ${words[FREE_AT]} free`;

const one = borrows(1), two = borrows(2), hasty = borrows(2, { isHasty: true });
const mortal = { isMortal: true }, mortalOne = borrows(1, mortal), mortalTwo = borrows(2, mortal);
const lends = "Monitor lends no more than there is and wakes whom it serves";
const loses = "Monitor loses nothing to whoever gives up";
const recovers = "Monitor gets back what a thread held, was granted or was about to change when it died";

testSound(lends, { ...BASE, threads: [[two, one], [two]], verify: allBack, preemptions: 4 });
testSound(lends, { ...BASE, threads: [[two], [one], [two]], verify: allBack, preemptions: 3 });
testSound(lends, { ...BASE, threads: [[two, one], [one, two], [two]], verify: allBack, idealLocks: true });
testSound(loses, { ...BASE, threads: [[hasty], [two]], timeouts: 2, verify: allBack, preemptions: 4 });
testSound(loses, { ...BASE, threads: [[hasty], [one], [two]], timeouts: 1, verify: allBack, preemptions: 2 });
testSound(loses, { ...BASE, threads: [[hasty], [one], [two]], timeouts: 2, verify: allBack, idealLocks: true });
testSound(recovers, { ...BASE, threads: [[mortalTwo], [mortalTwo]], deaths: 1, preemptions: 3 });
testSound(recovers, { ...BASE, threads: [[mortalTwo], [mortalOne]], deaths: 1, stopsAtWrites: true, preemptions: 2 });
testSound(recovers, { ...BASE, threads: [[mortalTwo], [mortalOne], [mortalTwo]], deaths: 1, preemptions: 1 });
testSound(recovers, {
  ...BASE,
  threads: [[mortalTwo], [mortalOne], [mortalTwo]],
  deaths: 1,
  preemptions: 4,
  idealLocks: true,
});

testBroken("a monitor that serves but does not wake, a lost wake-up", /waits for ever/, {
  ...BASE,
  threads: [[two], [borrows(2, { memoryOf: (thread) => withFault(thread, { notify: () => 0 }) })]],
});
testBroken("a monitor whose waiters do not look whether they are granted before they sleep", /waits for ever/, {
  ...BASE,
  threads: [[two], [borrows(2, { isBlind: true })]],
});
testBroken("a monitor that does not charge what it grants, a double grant", /of 2 are lent/, {
  ...BASE,
  threads: [[two], [
    borrows(2, {
      memoryOf: (thread) =>
        withFault(thread, {
          write: (at, value) => at !== FREE_AT || value >= TOTAL ? thread.write(at, value) : undefined,
        }),
    }),
  ]],
});
