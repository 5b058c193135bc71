import { SharedAccounts } from "../../accounts.ts";
import type { AtomicMemory } from "../../atomic_memory.ts";
import { HOLDING_WORDS, HOLDINGS_AT, monitorByteLength } from "../../monitor_layout.ts";
import type { RoomHost } from "../../monitor_room.ts";
import type { ModelThread } from "./model_thread.ts";
import { holderOf, lockNameOf } from "./movers.ts";

export const MOST_MODEL_THREADS = 3;
/** One record more than threads, and the words of a room with so few; a scenario's own come after them. */
export const RECORDS = 4, PLACES = 4;
/** The record of the first who waits. */
export const FIRST_RECORD_AT = HOLDINGS_AT + PLACES * HOLDING_WORDS;
export const ROOM_WORDS = monitorByteLength(RECORDS, PLACES) / 4;
/** The words of a scenario with a room, and up to 8 of its own. */
export const MODEL_WORDS = ROOM_WORDS + 8;

/** What is counted is no part of a protocol, and so not of the model. */
const ACCOUNTS_BUFFER = new SharedArrayBuffer(ROOM_WORDS * 8);
export const ACCOUNTS = new SharedAccounts(ACCOUNTS_BUFFER);

/** A board on which nobody is entered, as on a full one. */
export const NO_BOARD = { enter: () => -1, leave: () => {} };

/** A thread's name, as locks want it, and whom it takes for dead. */
export function memberOf(thread: ModelThread): RoomHost["member"] {
  return {
    lockName: lockNameOf(thread.index),
    isDead: (name) => thread.isDead(holderOf(name)),
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

/** How a room is opened on the model: with a fault in its memory, or with room for fewer who wait. */
export interface HostOptions {
  readonly memory?: AtomicMemory;
  readonly maxWaiters?: number;
}

/** Makes one. */
export function hostOn(thread: ModelThread, { memory = thread, maxWaiters = RECORDS }: HostOptions = {}): ModelHost {
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

/** A thread's memory with a fault in it. */
export function withFault(thread: ModelThread, fault: Partial<AtomicMemory>): AtomicMemory {
  return {
    load: (at) => thread.load(at),
    store: (at, value) => thread.store(at, value),
    exchange: (at, value) => thread.exchange(at, value),
    compareExchange: (at, expected, value) => thread.compareExchange(at, expected, value),
    add: (at, delta) => thread.add(at, delta),
    wait: (at, value, timeoutMs) => thread.wait(at, value, timeoutMs),
    nap: (at, value, timeoutMs) => thread.nap(at, value, timeoutMs),
    waitAsync: (at, value, woken) => thread.waitAsync(at, value, woken),
    notify: (at, count) => thread.notify(at, count),
    read: (at) => thread.read(at),
    write: (at, value) => thread.write(at, value),
    readDouble: (at) => thread.readDouble(at),
    writeDouble: (at, value) => thread.writeDouble(at, value),
    pause: () => {},
    ...fault,
  };
}

/** Does what only one thread may do at a time, and counts that it did; a dead thread may have been at it. */
export function useAlone(
  thread: ModelThread,
  { insideAt, sumAt }: { readonly insideAt: number; readonly sumAt: number },
) {
  const inside = thread.exchange(insideAt, thread.index + 1);
  if (inside !== 0 && !thread.isDead(inside - 1)) throw new Error(`thread ${inside - 1} is inside too`);
  thread.add(sumAt, 1);
  thread.store(insideAt, 0);
}

/** Uses an amount of a total, as a word for each thread says, and looks that no more is used at one moment; the dead use nothing. */
export function useSome(
  thread: ModelThread,
  { usedAt, amount, total }: { readonly usedAt: number; readonly amount: number; readonly total: number },
): void {
  thread.store(usedAt + thread.index, amount);
  const used = Array.from({ length: MOST_MODEL_THREADS }, (_, index) => thread.read(usedAt + index));
  const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, each) => sum + each, 0);
  if (sumOf(used) > total) {
    const alive = used.filter((each, index) => each > 0 && (index === thread.index || !thread.isDead(index)));
    if (sumOf(alive) > total) throw new Error(`${sumOf(alive)} of ${total} are lent`);
  }
  thread.store(usedAt + thread.index, 0);
}

/** Turns the event loop until something is done; a timer that is due goes off, or else what is to be done instead. */
export function turnUntil(thread: ModelThread, isDone: () => boolean, whenDue: () => void = () => thread.ring()): void {
  while (!isDone()) if (thread.turn(false) === "timed-out") whenDue();
}

/** Turns the event loop for as long as something comes. */
export function rest(thread: ModelThread): never {
  for (;;) if (thread.turn(true) === "timed-out") thread.ring();
}

/** A signal that is aborted by a plain call: what stops a thread's code comes through that, and not through the event of a real one. */
export function directSignal(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const { signal } = new AbortController();
  let listener: EventListenerOrEventListenerObject | undefined;
  signal.addEventListener = (_: string, added: EventListenerOrEventListenerObject) => void (listener = added);
  return {
    signal,
    abort: () => {
      if (typeof listener === "object") listener.handleEvent(new Event("abort"));
    },
  };
}
