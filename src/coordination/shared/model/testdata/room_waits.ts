import { SharedBarrierBrokenError } from "../../errors.ts";
import { type MonitorRoom, MonitorWaiter } from "../../monitor_room.ts";
import { WaitTimeoutError } from "../../../waiter.ts";
import { type ModelHost, rest, turnUntil } from "./model_host.ts";
import type { ModelThread } from "./model_thread.ts";
import type { Ticket } from "../../monitor_line.ts";

/** What somebody waits for in a room. */
export interface Wait {
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

/** Waits in turns of the event loop; a hasty one is aborted. */
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

/** The two ways to wait. */
export const MANNERS = { blocks, awaits } as const;
export type Manner = keyof typeof MANNERS;
export const MANNER_NAMES: readonly Manner[] = ["blocks", "awaits"];

/** How often somebody looks who waits in vain. */
const MOST_LOOKS = 3;

/**
 * Waits in turns of the event loop, but is not missed if it waits for ever, and counts in two words what it was granted and told. It
 * looks for the dead a few times only; `lastLook` is called before it does so for the last time.
 */
export function lingers(
  thread: ModelThread,
  wait: Wait,
  { passedAt, toldAt, lastLook = () => {} }: {
    readonly passedAt: number;
    readonly toldAt: number;
    readonly lastLook?: () => void;
  },
): void {
  const { host } = wait;
  enlist(wait);
  let passed = 0, told = 0;
  const note = () => {
    for (; passed < host.accounts.count; passed++) thread.add(passedAt, 1);
    for (; told < host.refusals.count; told++) thread.add(toldAt, 1);
  };
  note();
  for (let looks = 0; looks < MOST_LOOKS; note()) {
    if (thread.turn(true) !== "timed-out") continue;
    if (++looks === MOST_LOOKS) lastLook();
    thread.ring();
  }
}

/** Stands in line, is never seen there again, and is about to die: then a word is 1. */
export function standsStill(
  thread: ModelThread,
  { room, want }: Wait,
  { doneAt, then = () => {} }: { readonly doneAt: number; readonly then?: (ticket: Ticket) => void },
): never {
  let ticket: Ticket | undefined = undefined;
  try {
    ticket = room.locked(() => room.monitor.line.join(typeof want === "number" ? want : want()));
  } catch (error) {
    if (error instanceof SharedBarrierBrokenError) rest(thread);
    throw error;
  }
  if (ticket === undefined) throw new Error("the line is full");
  then(ticket);
  thread.store(doneAt, 1);
  rest(thread);
}
