import { assert, assertEquals } from "@std/assert";
import { SharedAccounts } from "../../accounts.ts";
import type { AtomicMemory } from "../../atomic_memory.ts";
import { monitorByteLength } from "../../monitor_layout.ts";
import type { RoomHost } from "../../monitor_room.ts";
import { explore, type ModelThread, type Scenario } from "./explorer.ts";

/** One record more than threads, and the words of a room with so few; a scenario's own come after them. */
const RECORDS = 4, PLACES = 4;
export const ROOM_WORDS = monitorByteLength(RECORDS, PLACES) / 4;
/** How many words of its own a scenario has at most. */
const OWN_WORDS = 8;

/** What is counted is no part of a protocol, and so not of the model. */
const ACCOUNTS_BUFFER = new SharedArrayBuffer(ROOM_WORDS * 8);
export const ACCOUNTS = new SharedAccounts(ACCOUNTS_BUFFER);

/** A board on which nobody is entered, as on a full one. */
export const NO_BOARD = { enter: () => -1, leave: () => {} };

/** A thread's name, as locks want it, and whom it takes for dead. */
export function memberOf(thread: ModelThread): RoomHost["member"] {
  return {
    lockName: (thread.index + 1) << 2,
    isDead: (name) => thread.isDead((name >> 2) - 1),
    beKnown: () => {},
  };
}

/** Counts what its thread was granted, as promises tell it too late: what runs on the model ends before they are settled. */
class GrantCount extends SharedAccounts {
  count = 0;

  constructor() {
    super(ACCOUNTS_BUFFER);
  }

  override granted(): void {
    this.count++;
  }
}

/** A room's host on the model, and what came of its waits: how many were granted, how many refused with an error. */
export interface ModelHost extends RoomHost {
  readonly accounts: GrantCount;
  readonly refusals: { count: number };
}

/** Makes one; `memory` may be the thread's with a fault in it, and fewer may wait. */
export function hostOn(
  thread: ModelThread,
  { memory = thread, maxWaiters = RECORDS }: { readonly memory?: AtomicMemory; readonly maxWaiters?: number } = {},
): ModelHost {
  const refusals = { count: 0 };
  return {
    memory,
    accounts: new GrantCount(),
    refusals,
    member: memberOf(thread),
    timers: thread.timers,
    clock: () => thread.clock(),
    what: () => (refusals.count++, "it"), // it is an error that asks
    maxWaiters,
    spins: 0,
    places: PLACES,
  };
}

/** Turns the event loop until something is done; a timer that is due goes off, or else what is to be done instead. */
export function turnUntil(thread: ModelThread, isDone: () => boolean, whenDue: () => void = () => thread.ring()): void {
  while (!isDone()) if (thread.turn(false) === "timed-out") whenDue();
}

/** Turns the event loop for as long as something comes. */
export function rest(thread: ModelThread): never {
  for (;;) if (thread.turn(true) === "timed-out") thread.ring();
}

/** Explores a scenario with the words of a room and its own, to its end, and finds nothing wrong. */
export function assertSound(scenario: Omit<Scenario, "words">): void {
  const { fault, schedule, complete, states } = explore({ words: ROOM_WORDS + OWN_WORDS, ...scenario });
  assertEquals(fault, undefined, `${fault}:\n${schedule.join("\n")}`);
  assert(complete, `every interleaving is explored, not only ${states} states`);
}

/** Explores the scenario of a broken protocol, and finds what is wrong. */
export function assertBroken(fault: RegExp, scenario: Omit<Scenario, "words">): void {
  const found = explore({ words: ROOM_WORDS + OWN_WORDS, ...scenario });
  assert(fault.test(found.fault ?? ""), `found ${found.fault} in ${found.states} states`);
}
