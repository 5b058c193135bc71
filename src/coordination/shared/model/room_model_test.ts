import type { AtomicMemory } from "../atomic_memory.ts";
import { BarrierRoom } from "../barrier_room.ts";
import { SharedBarrierBrokenError, SharedWaitersFullError } from "../errors.ts";
import { LatchRoom } from "../latch_room.ts";
import { FREE_AT, OWN_AT } from "../monitor_layout.ts";
import { MonitorRoom, MonitorWaiter, type RoomRules } from "../monitor_room.ts";
import { WaitTimeoutError } from "../../waiter.ts";
import type { ModelThread, Scenario } from "./testdata/explorer.ts";
import {
  assertBroken,
  assertSound,
  hostOn,
  type ModelHost,
  rest,
  ROOM_WORDS,
  turnUntil,
} from "./testdata/model_host.ts";

/** Words of the scenarios: how often something was passed, or told; what is done; who is inside. */
const PASSED = ROOM_WORDS,
  TOLD = ROOM_WORDS + 1,
  DONE = ROOM_WORDS + 2,
  INSIDE = ROOM_WORDS + 3,
  LASTS = ROOM_WORDS + 4;
/** The own word of a latch and of a barrier: its count, and whether it is broken. */
const COUNT_AT = OWN_AT, BROKEN_AT = OWN_AT;

type Round = (thread: ModelThread) => void;
type Verify = NonNullable<Scenario["verify"]>;

interface Wait {
  readonly host: ModelHost;
  readonly room: Pick<MonitorRoom<unknown>, "monitor" | "enlist" | "takeBlocking" | "locked" | "setFree" | "sweep">;
  readonly want: number | (() => number);
  /** Gives up when its time is up, which a patient thread never does. */
  readonly isHasty?: boolean;
}

/** How a wait has ended. */
type Outcome = "passed" | "told" | "gave up";

/** Waits with the thread asleep. */
function blocks(_: ModelThread, { room, want, isHasty = false }: Wait): Outcome {
  try {
    room.takeBlocking(want, isHasty ? { timeoutMs: 1 } : undefined);
    return "passed";
  } catch (error) {
    if (error instanceof SharedBarrierBrokenError) return "told";
    if (error instanceof WaitTimeoutError) return "gave up";
    throw error;
  }
}

/** Stands in line in turns of the event loop; undefined if there is no need to. */
function enlist({ host, room, want }: Wait): MonitorWaiter<unknown> | undefined {
  try {
    const taken = room.enlist(want);
    if (!(taken instanceof MonitorWaiter)) return undefined;
    taken.promise.catch(() => {});
    return taken;
  } catch (error) {
    if (host.refusals.count > 0) return undefined;
    throw error;
  }
}

/** Waits in turns of the event loop. */
function awaits(thread: ModelThread, wait: Wait): Outcome {
  const { host: { accounts, refusals }, isHasty = false } = wait, waiter = enlist(wait);
  let isGone = false;
  const giveUp = () => {
    isGone = true;
    waiter?.handleEvent();
  };
  turnUntil(thread, () => accounts.count + refusals.count > 0 || isGone, isHasty ? giveUp : undefined);
  return accounts.count > 0 ? "passed" : refusals.count > 0 ? "told" : "gave up";
}

const MANNERS = { blocks, awaits } as const;

/** How often somebody looks who waits in vain. */
const MOST_LOOKS = 3;

/**
 * As {@linkcode awaits}, but is not missed if it waits for ever, and writes down what it was told. It looks for the dead a few times only;
 * `lastLook` is called before it does so for the last time.
 */
function lingers(thread: ModelThread, wait: Wait, lastLook: () => void = () => {}): void {
  const { host } = wait;
  enlist(wait);
  let passed = 0, told = 0;
  const note = () => {
    for (; passed < host.accounts.count; passed++) thread.add(PASSED, 1);
    for (; told < host.refusals.count; told++) thread.add(TOLD, 1);
  };
  note();
  for (let looks = 0; looks < MOST_LOOKS; note()) {
    if (thread.turn(true) !== "timed-out") continue;
    if (++looks === MOST_LOOKS) lastLook();
    thread.ring();
  }
}

/** Before a last look: there may be nothing to be told of the first thread, if it lives. */
function unlessDead(thread: ModelThread): void {
  if (!thread.isDead(0)) thread.store(DONE, 0);
}

/** Stands in line, is never seen there again, and is about to die. */
function standsStill(thread: ModelThread, { room, want }: Wait, then: (ticket: number) => void): never {
  let ticket: number | undefined = undefined;
  try {
    ticket = room.locked(() => room.monitor.join(typeof want === "number" ? want : want()));
  } catch (error) {
    if (error instanceof SharedBarrierBrokenError) rest(thread);
    throw error;
  }
  if (ticket === undefined) throw new Error("the line is full");
  then(ticket);
  thread.store(DONE, 1);
  rest(thread);
}

// Event.

const EVENT: Record<"auto" | "manual", RoomRules<true>> = {
  auto: { rule: "consume", state: () => "", granted: () => true },
  manual: { rule: "pass", state: () => "", granted: () => true },
};

function event(
  thread: ModelThread,
  reset: "auto" | "manual",
  options: Parameters<typeof hostOn>[1] = {},
): Omit<Wait, "isHasty"> {
  const host = hostOn(thread, options);
  return { host, room: new MonitorRoom(host, EVENT[reset]), want: 1 };
}

/** Passes an automatic event, is alone until it sets it again. */
function relays(manner: "blocks" | "awaits", isHasty = false): Round {
  return (thread) => {
    const wait = event(thread, "auto");
    if (MANNERS[manner](thread, { ...wait, isHasty }) !== "passed") return;
    const inside = thread.exchange(INSIDE, thread.index + 1);
    if (inside !== 0) throw new Error(`thread ${inside - 1} passes too`);
    thread.add(PASSED, 1);
    thread.store(INSIDE, 0);
    wait.room.setFree(1);
  };
}

const sets: Round = (thread) => event(thread, "auto").room.setFree(1);

const setAfter = (passed: number): Verify => (words) =>
  words[PASSED] === passed && words[FREE_AT] === 1 ? undefined : `${words[PASSED]} have passed`;

for (const manner of ["blocks", "awaits"] as const) {
  Deno.test(`An automatic event lets one pass for each time it is set, in every interleaving; each ${manner}`, () => {
    assertSound({ threads: [[relays(manner)], [sets]], verify: setAfter(1) });
    assertSound({ threads: [[relays(manner)], [sets, relays("blocks")]], preemptions: 4, verify: setAfter(2) });
    assertSound({ threads: [[relays(manner)], [relays("blocks")], [sets]], preemptions: 2, verify: setAfter(2) });
  });

  Deno.test(`An automatic event loses nothing to whoever gives up; each ${manner}`, () => {
    const isSet: Verify = (words) => words[FREE_AT] === 1 ? undefined : "what was set is lost";
    const threads = [[relays(manner, true)], [relays("blocks")], [sets]];
    assertSound({ threads, timeouts: 1, preemptions: 2, verify: isSet });
  });

  Deno.test(`A manual event lets all pass who wait or come, in every interleaving; each ${manner}`, () => {
    const passes: Round = (thread) => {
      if (MANNERS[manner](thread, event(thread, "manual")) === "passed") thread.add(PASSED, 1);
    };
    const verify: Verify = (words) => words[PASSED] === 2 ? undefined : `${words[PASSED]} have passed`;
    const setsIt: Round = (thread) => event(thread, "manual").room.setFree(1);
    assertSound({ threads: [[passes], [passes], [setsIt]], preemptions: 2, verify });
    assertSound({ threads: [[passes], [setsIt, passes]], verify });
  });
}

Deno.test("An automatic event passes on what a thread was granted that died before it looked", () => {
  const dies: Round = (thread) => {
    const wait = event(thread, "auto");
    standsStill(thread, wait, () => wait.room.setFree(1)); // which is its own, as nobody else was first
  };
  const waits: Round = (thread) => lingers(thread, event(thread, "auto"));
  const verify: Verify = (words, died) =>
    died[0] === true && words[DONE] === 1 && words[PASSED] !== 1 ? "what was set is lost" : undefined;
  assertSound({ threads: [[dies], [waits]], deaths: 1, preemptions: 3, verify });
});

Deno.test("An automatic event passes it on though a thread dies that was about to do so", () => {
  const dies: Round = (thread) => {
    const wait = event(thread, "auto");
    standsStill(thread, wait, () => wait.room.setFree(1));
  };
  const looks: Round = (thread) => event(thread, "auto").room.sweep();
  const waits: Round = (thread) => lingers(thread, event(thread, "auto"), () => unlessDead(thread));
  const verify: Verify = (words, died) =>
    died[0] === true && words[DONE] === 1 && words[PASSED] !== 1 && died[2] !== true
      ? "what was set is lost"
      : undefined;
  assertSound({ threads: [[dies], [looks], [waits]], deaths: 2, preemptions: 2, verify });
});

Deno.test("A waiter whose wait is ended by somebody who left its record waits again", () => {
  const one = { maxWaiters: 1 };
  const passes = (isHasty: boolean): Round => (thread) => {
    const wait = event(thread, "manual", one);
    try {
      awaits(thread, { ...wait, isHasty });
    } catch (error) {
      if (!(error instanceof SharedWaitersFullError)) throw error;
    }
  };
  const setsIt: Round = (thread) => event(thread, "manual", one).room.setFree(1);
  assertSound({ threads: [[passes(true)], [passes(false)], [setsIt]], timeouts: 1, preemptions: 3 });
});

Deno.test("explore() finds the fault of an event that is set without its lock", () => {
  const setsBadly: Round = (thread) => {
    if (event(thread, "auto").room.monitor.isLineEmpty) thread.store(FREE_AT, 1);
    else event(thread, "auto").room.setFree(1);
  };
  assertBroken(/waits for ever/, { threads: [[relays("blocks")], [setsBadly]] });
});

Deno.test("explore() finds the fault of a waiter that believes to wait on a word that has changed already", () => {
  const deaf: Round = (thread) => {
    const memory: AtomicMemory = {
      load: (at) => thread.load(at),
      store: (at, value) => thread.store(at, value),
      exchange: (at, value) => thread.exchange(at, value),
      compareExchange: (at, expected, value) => thread.compareExchange(at, expected, value),
      add: (at, delta) => thread.add(at, delta),
      wait: (at, value, timeoutMs) => thread.wait(at, value, timeoutMs),
      waitAsync: (at, value, woken) => (thread.waitAsync(at, value, woken), true),
      notify: (at, count) => thread.notify(at, count),
      read: (at) => thread.read(at),
      write: (at, value) => thread.write(at, value),
      readDouble: (at) => thread.readDouble(at),
      writeDouble: (at, value) => thread.writeDouble(at, value),
      pause: () => {},
    };
    awaits(thread, event(thread, "auto", { memory }));
  };
  assertBroken(/waits for ever/, { threads: [[deaf], [sets]] });
});

// Latch.

function latch(thread: ModelThread): { readonly latch: LatchRoom; readonly wait: Wait } {
  const host = hostOn(thread), latch = new LatchRoom(host);
  return { latch, wait: { host, room: latch.room, want: 1 } };
}

const countsDown: Round = (thread) => {
  latch(thread).latch.countDown(1);
  thread.add(DONE, 1);
};

for (const manner of ["blocks", "awaits"] as const) {
  Deno.test(`A latch opens when threads have counted it down, in every interleaving; one ${manner}`, () => {
    const passes: Round = (thread) => {
      const { wait, latch: { count } } = latch(thread);
      if (MANNERS[manner](thread, wait) === "passed") thread.add(PASSED, 1);
      if (count < 0) throw new Error("it is counted down too often");
    };
    const verify: Verify = (words) =>
      words[COUNT_AT] === 0 && words[PASSED] === 1 ? undefined : `${words[COUNT_AT]} are left`;
    assertSound({ threads: [[passes], [countsDown]], initial: { [COUNT_AT]: 1 }, verify });
    assertSound({
      threads: [[passes], [countsDown], [countsDown]],
      initial: { [COUNT_AT]: 2 },
      preemptions: 3,
      verify,
    });
  });
}

Deno.test("A latch is open as a whole or not at all, whoever dies while counting it down", () => {
  const waits: Round = (thread) => lingers(thread, latch(thread).wait);
  const verify: Verify = (words, died) => {
    if (died[2] === true) return undefined;
    if (words[DONE] === 2 && words[PASSED] !== 1) return "it has not opened";
    return (words[FREE_AT] === 1) === (words[COUNT_AT] === 0)
      ? undefined
      : `it is open, but ${words[COUNT_AT]} are left`;
  };
  const threads = [[countsDown], [countsDown], [waits]];
  assertSound({ threads, initial: { [COUNT_AT]: 2 }, deaths: 1, preemptions: 1, verify });
  assertSound({ threads, initial: { [COUNT_AT]: 2 }, deaths: 1, preemptions: 1, stopsAtWrites: true, verify });
});

Deno.test("explore() finds the fault of a latch whose count is read, then written, without its lock", () => {
  const countsBadly: Round = (thread) => {
    const left = thread.load(COUNT_AT) - 1;
    thread.store(COUNT_AT, left);
    if (left === 0) latch(thread).latch.room.setFree(1);
  };
  const passes: Round = (thread) => void blocks(thread, latch(thread).wait);
  assertBroken(/waits for ever/, {
    threads: [[countsBadly], [countsBadly], [passes]],
    initial: { [COUNT_AT]: 2 },
    preemptions: 2,
  });
});

// Barrier.

function barrier(thread: ModelThread, parties: number): { readonly barrier: BarrierRoom; readonly wait: Wait } {
  const host = hostOn(thread), barrier = new BarrierRoom(host, parties);
  return { barrier, wait: { host, room: barrier.room, want: barrier.arrival } };
}

function arrives(parties: number, manner: "blocks" | "awaits", isHasty = false): Round {
  return (thread) => {
    const outcome = MANNERS[manner](thread, { ...barrier(thread, parties).wait, isHasty });
    thread.add(outcome === "passed" ? PASSED : TOLD, 1);
  };
}

/** Arrives asleep, and says whether it was the last. */
function arrivesAsOneOf(parties: number): Round {
  return (thread) => {
    const { barrier: { room, arrival } } = barrier(thread, parties);
    if (room.takeBlocking(arrival, undefined)) thread.add(LASTS, 1);
    thread.add(PASSED, 1);
  };
}

Deno.test("A barrier lets all pass in each phase, one of them as the last, in every interleaving", () => {
  const verify = (passed: number, lasts: number): Verify => (words) =>
    words[PASSED] === passed && words[LASTS] === lasts
      ? undefined
      : `${words[PASSED]} have passed, ${words[LASTS]} last`;
  const twice = [arrivesAsOneOf(2), arrivesAsOneOf(2)];
  assertSound({ threads: [twice, twice], preemptions: 4, verify: verify(4, 2) });
  const once = [arrivesAsOneOf(3)];
  assertSound({ threads: [once, once, once], preemptions: 2, verify: verify(3, 1) });
});

for (const manner of ["blocks", "awaits"] as const) {
  Deno.test(`A barrier lets all pass or tells all that one gave up; that one ${manner}`, () => {
    const verify: Verify = (words) =>
      words[PASSED]! + words[TOLD]! === 3 && words[PASSED]! % 3 === 0 &&
        words[BROKEN_AT] === (words[TOLD] === 0 ? 0 : 1)
        ? undefined
        : `${words[PASSED]} have passed, ${words[TOLD]} were told`;
    assertSound({
      threads: [[arrives(3, manner, true)], [arrives(3, "awaits")], [arrives(3, "blocks")]],
      timeouts: 1,
      preemptions: 1,
      verify,
    });
  });
}

Deno.test("A barrier tells the others when a thread dies at it, though one dies that was about to tell them", () => {
  const dies: Round = (thread) => standsStill(thread, barrier(thread, 4).wait, () => {});
  const waits: Round = (thread) => lingers(thread, barrier(thread, 4).wait, () => unlessDead(thread));
  const verify: Verify = (words, died) => {
    const alive = died.slice(1).filter((isDead) => !isDead).length;
    return died[0] === true && words[DONE] === 1 && words[TOLD]! < alive
      ? `${words[TOLD]} of ${alive} were told`
      : undefined;
  };
  assertSound({ threads: [[dies], [waits]], deaths: 1, preemptions: 2, verify });
  assertSound({ threads: [[dies], [waits], [waits]], deaths: 2, preemptions: 0, verify });
});

Deno.test("A barrier tells the others when a thread gives up, though it dies while it does so", () => {
  const givesUp: Round = (thread) => {
    const wait = barrier(thread, 3).wait;
    standsStill(thread, wait, (ticket) => {
      thread.store(DONE, 1);
      wait.room.locked(() => wait.room.monitor.withdraw(ticket));
    });
  };
  const waits: Round = (thread) => lingers(thread, barrier(thread, 3).wait);
  const verify: Verify = (words, died) =>
    words[DONE] === 1 && words[TOLD] === 0 && died[1] !== true ? "nobody was told" : undefined;
  assertSound({ threads: [[givesUp], [waits]], deaths: 1, preemptions: 2, verify });
});

Deno.test("explore() finds the fault of a barrier that nobody is told of when one gives up", () => {
  const arrivesBadly = (isHasty: boolean): Round => (thread) => {
    const host = hostOn(thread);
    const room: MonitorRoom<boolean> = new MonitorRoom(host, {
      rule: "phase",
      state: () => "",
      granted: () => true,
      deserted: () => thread.store(BROKEN_AT, 1),
    });
    const want = () => {
      const { monitor } = room, phase = monitor.free;
      if (monitor.countWaiting() + 1 === 3) monitor.setFree(phase + 1);
      return phase;
    };
    blocks(thread, { host, room, want, isHasty });
  };
  assertBroken(/waits for ever/, {
    threads: [[arrivesBadly(true)], [arrivesBadly(false)], [arrivesBadly(false)]],
    timeouts: 1,
    preemptions: 1,
  });
});
