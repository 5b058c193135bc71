/**
 * How some of a lease is given back.
 *
 * @module
 */

import { demandOf, type PoolDemand } from "./demand.ts";
import type { PoolLease } from "./lease.ts";
import type { ResourceAmounts } from "./request.ts";

/** What is given back, and what is kept. */
interface Split<Kinds extends string> {
  readonly returned: PoolDemand<Kinds>;
  readonly rest: PoolDemand<Kinds>;
}

/**
 * Divides what a lease holds.
 *
 * @param amounts What is to be given back.
 * @throws {TypeError} If an amount is not a number, or the pool does not have the kind.
 * @throws {RangeError} If it is more than the lease holds, negative or not finite.
 */
export function splitDemand<Kinds extends string>(
  lease: PoolLease<Kinds>,
  amounts: ResourceAmounts<Kinds>,
): Split<Kinds> {
  amounts = { ...amounts }; // what it inherits is not meant; and a getter may shrink the lease meanwhile
  const { demand, released } = lease, { empty, table } = demand.set;
  const returned = new Map<number, number>();
  for (const kind in amounts) {
    const place = table.placeOf(kind, "shrink a lease by"), amount = amounts[kind];
    const held = released ? 0 : demand.unitsAt(place), most = table.amountOf(held, place);
    if (typeof amount !== "number") {
      throw new TypeError(
        `Cannot shrink a lease by ${
          String(amount)
        } of ${kind}: expected a number, got ${typeof amount}; leave the kind out if all of it is kept`,
      );
    }
    if (!(amount >= 0 && amount <= most)) {
      const whose = lease.owner === undefined ? "" : ` of "${lease.owner}"`;
      throw new RangeError(
        `Cannot shrink a lease${whose} by ${amount} of ${kind}: it holds ${most}` +
          `${released ? ", for it has been released" : ""}; give back a number from 0 to ${most}`,
      );
    }
    const units = table.unitsOf(amount, place);
    if (units > 0) returned.set(place, units);
  }
  const kept = new Map<number, number>();
  for (let at = 0; at < demand.length; at++) {
    const place = demand.places[at]!, left = demand.units[at]! - (returned.get(place) ?? 0);
    if (left > 0) kept.set(place, left);
  }
  return {
    returned: demandOf(empty, [...returned.keys()], [...returned.values()], demand.node),
    rest: demandOf(empty, [...kept.keys()], [...kept.values()], demand.node),
  };
}
