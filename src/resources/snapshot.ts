/**
 * How a pool stands at one moment.
 *
 * @module
 */

import type { Ledger } from "./ledger.ts";
import type { PoolWaiter } from "./pool_waiter.ts";
import { priorityName } from "../coordination/priority.ts";

/** How a node stands; amounts are by kind. */
export interface NodeSnapshot<Kinds extends string> {
  /** What it is called. */
  readonly name: string;
  /** What it has in all. */
  readonly capacity: Readonly<Record<Kinds, number>>;
  /** What leases hold of it; more than its capacity if it was made smaller meanwhile. */
  readonly inUse: Readonly<Record<Kinds, number>>;
  /** What no lease holds of it, at least 0; some may be set aside for those who wait. */
  readonly available: Readonly<Record<Kinds, number>>;
}

/** How a pool stands at one moment; amounts are by kind, of all nodes together. */
export interface ResourcePoolSnapshot<Kinds extends string> {
  /** What there is in all. */
  readonly capacity: Readonly<Record<Kinds, number>>;
  /** What leases hold. */
  readonly inUse: Readonly<Record<Kinds, number>>;
  /** What no lease holds; some of it may be set aside for those who wait. */
  readonly available: Readonly<Record<Kinds, number>>;
  /** The most that leases ever held at once. */
  readonly mostInUse: Readonly<Record<Kinds, number>>;
  /** The same for each node. */
  readonly nodes: readonly NodeSnapshot<Kinds>[];
  /** How many requests wait. */
  readonly waiters: number;
  /** How many wait by priority, where any do: `"low"`, `"normal"`, `"high"`, `"critical"`, or the number. */
  readonly waitersByPriority: Readonly<Record<string, number>>;
  /** How many of those who wait are stopped by a quota only. */
  readonly waitersForQuotas: number;
  /** How long the one has waited who has waited longest, in milliseconds; 0 if nobody waits. */
  readonly oldestWaitMs: number;
  /** How many leases were granted since the pool was made. */
  readonly grants: number;
  /** How many requests were refused: not now (`tryAcquire`), by a quota, or because a resize left too little. */
  readonly refusals: number;
  /** How many waits ended because their time was up. */
  readonly timeouts: number;
  /** How many waits ended because their signal was aborted. */
  readonly aborts: number;
  /** How many leases had to go for somebody of a higher priority. */
  readonly preemptions: number;
  /** How many leases were found that nobody was going to give back. */
  readonly leaks: number;
}

/** Takes down how a pool stands; costs the number of nodes, kinds and waiters. */
export function takeSnapshot<Kinds extends string>(ledger: Ledger<Kinds>): ResourcePoolSnapshot<Kinds> {
  ledger.settle();
  const { nodes, tally } = ledger, { table } = nodes;
  return {
    capacity: table.record((place) => nodes.capacityOf(place)),
    inUse: table.record((place) => nodes.inUseOf(place)),
    available: table.record((place) => nodes.availableOf(place)),
    mostInUse: table.record((place) => table.amountOf(nodes.mostInUse[place]!, place)),
    nodes: nodes.names.map((name, node) => ({
      name,
      capacity: nodes.amountsOf(node),
      inUse: table.record((place) => nodes.inUseOf(place, node)),
      available: table.record((place) => nodes.availableOf(place, node)),
    })),
    ...countWaiters(ledger),
    grants: ledger.grants,
    refusals: tally.refusals,
    timeouts: tally.timeouts,
    aborts: tally.aborts,
    preemptions: tally.preemptions,
    leaks: tally.leaks,
  };
}

type WaiterCounts = Pick<
  ResourcePoolSnapshot<string>,
  "waiters" | "waitersByPriority" | "waitersForQuotas" | "oldestWaitMs"
>;

function countWaiters<Kinds extends string>({ room, parking, clock, waiters }: Ledger<Kinds>): WaiterCounts {
  const waitersByPriority: Record<string, number> = {};
  let since = Infinity;
  const count = ({ level, sinceMs }: PoolWaiter<Kinds>) => {
    const name = priorityName(level);
    waitersByPriority[name] = (waitersByPriority[name] ?? 0) + 1;
    if (sinceMs < since) since = sinceMs;
  };
  for (const waiter of room) count(waiter);
  for (const waiter of parking ?? []) count(waiter);
  return {
    waiters,
    waitersByPriority,
    waitersForQuotas: parking?.size ?? 0,
    oldestWaitMs: waiters === 0 ? 0 : clock.now() - since,
  };
}
