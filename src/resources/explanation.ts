/**
 * Why a request is not granted now.
 *
 * @module
 */

import type { PoolDemand } from "./demand.ts";
import type { Nodes } from "./nodes.ts";
import type { QuotaRefusal } from "./quotas/mod.ts";

/** How much of a kind there is for a request; in the kind's own unit. */
export interface FreeAmount<Kinds extends string> {
  /** The kind. */
  readonly kind: Kinds;
  /** What is asked for. */
  readonly requested: number;
  /** The most that one node has free and not set aside for those who wait, at least 0. */
  readonly free: number;
}

/** What `tryAcquire` would find now. */
export type PoolExplanation<Kinds extends string> =
  | {
    /** It would be granted. */
    readonly status: "available";
    /** On this node. */
    readonly node: number;
  }
  | {
    /** A quota does not allow it, or others came before who wait for that quota. */
    readonly status: "quota";
    /** Which, and when to try again. */
    readonly refusal: QuotaRefusal;
  }
  | {
    /** No node has all of it. */
    readonly status: "occupied";
    /** What there is; with several nodes there may be enough of each kind, but not on one of them. */
    readonly amounts: readonly FreeAmount<Kinds>[];
  }
  | {
    /** There is room, but those who wait for it have been overtaken too often. */
    readonly status: "reserved";
  };

/** What the nodes have of what is asked for; costs their number. */
export function freeAmounts<Kinds extends string>(
  nodes: Nodes<Kinds>,
  demand: PoolDemand<Kinds>,
): readonly FreeAmount<Kinds>[] {
  const { table, kinds, free } = nodes, amounts: FreeAmount<Kinds>[] = [];
  for (let at = 0; at < demand.length; at++) {
    const place = demand.places[at]!, kind = table.names[place]!;
    let most = 0;
    for (let node = 0; node < nodes.nodes; node++) most = Math.max(most, free[node * kinds + place]!);
    amounts.push({ kind, requested: table.amountOf(demand.units[at]!, place), free: table.amountOf(most, place) });
  }
  return amounts;
}
