/**
 * How the primitives over a monitor are made, opened and described.
 *
 * @module
 */

import { requireCount } from "../require_count.ts";
import { timers } from "../../reliability/timer_wheel.ts";
import { nameOf } from "../primitive.ts";
import { SharedAccounts } from "./accounts.ts";
import { SharedWords } from "./atomic_memory.ts";
import {
  createPart,
  parameterOf,
  type SharedPart,
  type SharedPrimitiveOptions,
  type SharedPrimitiveType,
} from "./handle.ts";
import { monitorByteLength, MOST_WAITERS } from "./monitor_layout.ts";
import { MonitorRoom, type RoomHost, type RoomRules } from "./monitor_room.ts";
import { holderOf, type SharedHolder, type SharedSnapshot, type SharedWaiterSnapshot, waiterOf } from "./snapshot.ts";

/** How primitives are made for which threads wait in line. */
export interface SharedLineOptions extends SharedPrimitiveOptions {
  /**
   * How many may wait at once, over all threads: an integer in [1, 65,536]. Default 256. Whoever gives up makes room at once; whoever is
   * served does so when its thread notices, or asks for more.
   */
  readonly maxWaiters?: number;
}

/** How many may wait for a primitive, unless it is asked for another number. */
const DEFAULT_MAX_WAITERS = 256;

/** Which of the parameters says how many records there are for those who wait; the primitive's own are the ones before. */
const RECORDS = 3;

/**
 * Makes a primitive over a monitor, with nobody in line.
 *
 * @param own What is the primitive's own: three parameters at most, and how many must be able to wait whatever the options say.
 * @throws {RangeError} If `maxWaiters` is out of range.
 * @throws {TypeError} If the name or `timing` is none.
 */
export function createMonitorPart<Type extends SharedPrimitiveType>(
  type: Type,
  { maxWaiters = DEFAULT_MAX_WAITERS, ...options }: SharedLineOptions,
  own: { readonly parameters?: readonly number[]; readonly leastWaiters?: number } = {},
): SharedPart<Type> {
  requireCount(`create a shared ${type} with maxWaiters`, maxWaiters, { min: 1, max: MOST_WAITERS });
  const { parameters: [first = 0, second = 0, third = 0] = [], leastWaiters = 1 } = own;
  const records = Math.max(maxWaiters, leastWaiters);
  return createPart(type, options, {
    byteLength: monitorByteLength(records),
    parameters: [first, second, third, records],
  });
}

/** What this thread needs to wait for a primitive. */
export function hostOf(part: SharedPart): RoomHost {
  const { type, name, buffer, member } = part;
  return {
    memory: new SharedWords(buffer),
    accounts: new SharedAccounts(buffer),
    member,
    maxWaiters: parameterOf(part, RECORDS),
    timers,
    clock: () => performance.now(),
    what: () => nameOf(`shared ${type}`, name),
  };
}

/** Opens the monitor of a primitive. */
export function openRoom<Granted>(part: SharedPart, rules: RoomRules<Granted>): MonitorRoom<Granted> {
  return new MonitorRoom(hostOf(part), rules);
}

/** Who has or wants how much, as people say it. */
export type Shown = (amount: number) => number | "read" | "write";

const EACH_ONE: Shown = () => 1;

/** How a primitive over a monitor stands; `own` adds what is its own, with the lock held. */
export function snapshotOf<Type extends SharedPrimitiveType, Own extends object>(
  { type, name, member: { directory } }: SharedPart<Type>,
  { monitor, host: { accounts } }: Pick<MonitorRoom<unknown>, "monitor" | "host">,
  { own, shown = EACH_ONE }: { readonly own: () => Own; readonly shown?: Shown },
): SharedSnapshot<Type> & Own {
  const holders: SharedHolder[] = [], waiters: SharedWaiterSnapshot[] = [];
  monitor.enter();
  monitor.holdings.forEach((name, held, sinceAt) => {
    holders.push(holderOf(directory, name, { holds: shown(held), ageMs: accounts.since(sinceAt) }));
  });
  monitor.line.forEachWaiter((name, want, sinceAt) => {
    waiters.push(waiterOf(directory, name, { wants: shown(want), waitedMs: accounts.since(sinceAt) }));
  });
  const snapshot = { type, name, holders, waiters, totals: accounts.totals(), ...own() };
  monitor.leave();
  return snapshot;
}
