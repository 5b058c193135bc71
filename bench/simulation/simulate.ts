/**
 * A cluster in virtual time, on the real pool.
 *
 * @module
 */

import { type Lease, type Ordering, type Placement, ResourcePool } from "../../src/resources/mod.ts";
import { Heap, type HeapItem } from "../../src/resources/ordering/heap.ts";
import { type Outcome, SimulationLedger } from "./ledger.ts";
import { type Kind, OWNERS, PRIORITIES, type SimulatedRequest, type Workload } from "./workload.ts";

/** When somebody gives back what it holds. */
class Departure implements HeapItem {
  place = -1;
  constructor(
    readonly key: number,
    readonly tie: number,
    readonly lease: Lease<Kind>,
    readonly request: SimulatedRequest,
  ) {}
}

/**
 * Lets a workload run on a pool, from the first arrival to the last departure.
 *
 * Virtual time stands still while the pool works: after each arrival and each departure, whoever has been granted something is
 * heard before time goes on. Nothing is drawn at random here, and no other clock is read: the same workload ends the same.
 *
 * @throws {Error} If somebody would wait for ever, or the books are not in order.
 */
export async function simulate(workload: Workload, placement: Placement, ordering: Ordering): Promise<Outcome> {
  const { nodes, requests } = workload;
  const ledger = new SimulationLedger(workload), departures = new Heap<Departure>();
  const pool = new ResourcePool<Kind>({ nodes, placement, ordering, clock: () => ledger.nowMs });
  const holders = OWNERS.map((owner) => PRIORITIES.map((priority) => ({ owner, priority })));
  const start = (number: number, request: SimulatedRequest, lease: Lease<Kind>) => {
    ledger.grant(number, request);
    departures.push(new Departure(ledger.nowMs + request.durationMs, number, lease, request));
  };
  for (let number = 0;;) {
    const request = requests[number], departure = departures.first;
    if (departure !== undefined && !(request !== undefined && request.atMs < departure.key)) {
      ledger.advance(departure.key);
      departures.remove(departure);
      ledger.release(departure.request);
      departure.lease.release();
    } else if (request !== undefined) {
      const asked = number++;
      ledger.advance(request.atMs);
      ledger.ask(request);
      void pool.acquire(request.amounts, holders[request.owner]?.[request.level])
        .then((lease) => start(asked, request, lease));
    } else {
      return ledger.close();
    }
    await undefined; // those who were granted something are told before this goes on
  }
}
