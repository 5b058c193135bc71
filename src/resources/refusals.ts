/**
 * Why a request is refused.
 *
 * @module
 */

import type { PoolDemand } from "./demand.ts";
import { CapacityError } from "./errors.ts";
import type { Nodes } from "./nodes.ts";

/** An amount that cannot be asked for. */
interface BadAmount {
  readonly place: number;
  readonly amount: unknown;
  readonly owner: string | undefined;
}

/** Why an amount can never be granted. */
export function amountRefusal<Kinds extends string>(nodes: Nodes<Kinds>, bad: BadAmount): Error {
  const { place, amount, owner } = bad, kind = String(nodes.table.nameOf(place)), most = nodes.largest[place] ?? 0;
  if (typeof amount === "number" && amount > most && amount < Infinity) {
    let largest = 0;
    while (nodes.capacityOf(place, largest) < most) largest++;
    return new CapacityError({ kind, requested: amount, capacity: most, owner, ...nameIn(nodes, largest) });
  }
  const message = `Cannot acquire ${String(amount)} of ${kind}: expected a finite number from 0 to ${most}`;
  if (typeof amount !== "number") return new TypeError(`${message}, got ${typeof amount}; pass a number`);
  return new RangeError(
    amount > 0 && amount < 1
      ? `Cannot acquire ${amount} of ${kind}: the pool counts in steps of ${
        1 / (nodes.perWhole[place] ?? 1)
      }; ask for at least one step`
      : `${message}; leave the kind out if none of it is needed`,
  );
}

/**
 * Why a demand can never be granted, though there is enough of each kind somewhere: no node has all of it. Names the kind of
 * which the node lacks most that comes nearest.
 */
export function capacityRefusal<Kinds extends string>(
  nodes: Nodes<Kinds>,
  demand: PoolDemand<Kinds>,
  owner: string | undefined,
): CapacityError {
  let nearest = 0, nearestShare = -1, lackedPlace = 0;
  for (let node = 0; node < nodes.nodes; node++) {
    let least = Infinity, leastPlace = 0;
    for (let at = 0; at < demand.length; at++) {
      const place = demand.places[at] ?? 0;
      const share = (nodes.capacity[node * nodes.kinds + place] ?? 0) / (demand.units[at] ?? 1);
      if (share >= least) continue;
      least = share;
      leastPlace = place;
    }
    if (least <= nearestShare) continue;
    nearest = node;
    nearestShare = least;
    lackedPlace = leastPlace;
  }
  return new CapacityError({
    kind: String(nodes.table.nameOf(lackedPlace)),
    requested: nodes.table.amountOf(demand.unitsAt(lackedPlace), lackedPlace),
    capacity: nodes.capacityOf(lackedPlace, nearest),
    owner,
    ...nameIn(nodes, nearest),
  });
}

/** The name of a node, if it has to be told from others. */
function nameIn<Kinds extends string>({ nodes, names }: Nodes<Kinds>, node: number): { readonly node?: string } {
  const name = names[node];
  return nodes > 1 && name !== undefined ? { node: name } : {};
}
