/**
 * What a snapshot of a shared channel says.
 *
 * @module
 */

import type { PrimitiveTotals } from "../primitive.ts";
import type { channelHostOf } from "./channel_part.ts";
import { type ChannelPort, WANTS_ROOM } from "./channel_port.ts";
import type { SharedPart } from "./handle.ts";
import type { LockWord } from "./lock_word.ts";
import { holderOf, type SharedHolder, type SharedSnapshot, type SharedWaiterSnapshot } from "./snapshot.ts";

/**
 * How a shared channel stands: what a local one's says, in bytes.
 *
 * It is read word by word and stops nobody: each part was true at some moment of the call, but not all at the same one if other threads
 * use the channel meanwhile. `holders` are the threads that are about to send (`"write"`) or to receive (`"read"`) in that very moment,
 * so mostly nobody. `waiters` are those in line or asleep, 64 at most are told and in no order: senders want to `"write"`, receivers to
 * `"read"`. `totals` are those of receiving; a thread that dies may leave a message uncounted there.
 */
export interface SharedChannelSnapshot extends SharedSnapshot<"channel"> {
  /** What was counted of the sending. */
  readonly sent: PrimitiveTotals;
  /** Room for messages that nobody has received yet, in bytes. */
  readonly capacityBytes: number;
  /** How much of it is taken, in bytes: each message takes its length, rounded up to 4, and 4 more. */
  readonly usedBytes: number;
  /** Whether nothing may be sent any more. */
  readonly closed: boolean;
}

/** Describes a channel. */
export function snapshotOfChannel(
  { type, name, member: { directory } }: SharedPart<"channel">,
  { board, sent, received, capacityBytes }: ReturnType<typeof channelHostOf>,
  { ring, sending, receiving }: Pick<ChannelPort, "ring" | "sending" | "receiving">,
): SharedChannelSnapshot {
  const holdersOf = ({ holder }: LockWord, holds: "read" | "write"): SharedHolder[] =>
    holder === 0 ? [] : [holderOf(directory, holder, { holds, ageMs: undefined })];
  const waiters = board.list().map((waiter): SharedWaiterSnapshot => ({
    ...waiter,
    wants: waiter.wants === WANTS_ROOM ? "write" : "read",
  }));
  return {
    type,
    name,
    holders: [...holdersOf(sending, "write"), ...holdersOf(receiving, "read")],
    waiters,
    totals: received.totals(),
    sent: sent.totals(),
    capacityBytes,
    usedBytes: ring.usedBytes,
    closed: ring.isClosed,
  };
}
