/**
 * A request that stands in a pool's line.
 *
 * @module
 */

import type { LineNode } from "../coordination/wait_line.ts";
import { Waiter, WaitTimeoutError } from "../coordination/waiter.ts";
import type { Lease, PoolLease, Portion } from "./lease.ts";
import type { Ledger } from "./ledger.ts";

/** Waits for everything that its lease needs, at once. */
export class PoolWaiter<Kinds extends string> extends Waiter<Lease<Kinds>> implements LineNode<PoolWaiter<Kinds>> {
  previous: PoolWaiter<Kinds> | undefined = undefined;
  next: PoolWaiter<Kinds> | undefined = undefined;
  /** What it waits for. */
  readonly lease: PoolLease<Kinds>;
  /** Its place: the smaller goes first, and of equal ones whoever came first. Never changes. */
  readonly rankMs: number;
  readonly #ledger: Ledger<Kinds>;

  /** Makes a waiter; the ledger puts it in line. */
  constructor(ledger: Ledger<Kinds>, lease: PoolLease<Kinds>, rankMs: number) {
    super();
    this.#ledger = ledger;
    this.lease = lease;
    this.rankMs = rankMs;
  }

  protected override leave(): void {
    this.#ledger.leave(this);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    const asked: string[] = [], free: string[] = [];
    for (let at: Portion<Kinds> | undefined = this.lease; at !== undefined; at = at.next) {
      asked.push(`${at.units / at.stock.perWhole} ${at.stock.kind}`);
      free.push(`${at.stock.available} of ${at.stock.capacity} ${at.stock.kind}`);
    }
    let ahead = 0;
    for (let at = this.previous; at !== undefined; at = at.previous) ahead++;
    const owner = this.lease.owner === undefined ? "" : ` for "${this.lease.owner}"`;
    return new WaitTimeoutError(
      asked.join(" and ") + owner,
      timeoutMs,
      `free are ${free.join(", ")}, and ${ahead} wait ahead`,
    );
  }
}
