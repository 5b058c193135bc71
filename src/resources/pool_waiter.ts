/**
 * A request that stands in a pool's line.
 *
 * @module
 */

import type { LineNode } from "../coordination/wait_line.ts";
import { Waiter, WaitTimeoutError } from "../coordination/waiter.ts";
import type { Lease, PoolLease, Portion } from "./lease.ts";
import type { Ledger } from "./ledger.ts";
import type { RankedLine } from "./ranked_line.ts";

/** What decides a waiter's place. */
interface Rank {
  /** How urgent it is; see `priority.ts`. */
  readonly level: number;
  /** When it came, less the head start of its level, in milliseconds. */
  readonly rankMs: number;
}

/** Waits for everything that its lease needs, at once. */
export class PoolWaiter<Kinds extends string> extends Waiter<Lease<Kinds>> implements LineNode<PoolWaiter<Kinds>> {
  previous: PoolWaiter<Kinds> | undefined = undefined;
  next: PoolWaiter<Kinds> | undefined = undefined;
  /** Where it stands, once {@linkcode Ledger.join} has put it there. */
  line: RankedLine<Kinds> | undefined = undefined;
  /** What it waits for. */
  readonly lease: PoolLease<Kinds>;
  /** How urgent it is. */
  readonly level: number;
  /** When it came, less the head start of its level: the smaller goes first. Never changes. */
  readonly rankMs: number;
  /** Its number in the order of arrival, which decides between equal ranks. */
  readonly ticket: number;
  readonly #ledger: Ledger<Kinds>;

  /** Makes a waiter; {@linkcode Ledger.join} puts it in line. */
  constructor(ledger: Ledger<Kinds>, lease: PoolLease<Kinds>, rank: Rank) {
    super();
    this.#ledger = ledger;
    this.lease = lease;
    this.level = rank.level;
    this.rankMs = rank.rankMs;
    this.ticket = ledger.nextTicket();
  }

  /** Whether it goes before another. */
  isBefore(other: PoolWaiter<Kinds>): boolean {
    return this.rankMs < other.rankMs || (this.rankMs === other.rankMs && this.ticket < other.ticket);
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
    const ahead = this.line?.countBefore(this) ?? 0;
    const owner = this.lease.owner === undefined ? "" : ` for "${this.lease.owner}"`;
    return new WaitTimeoutError(
      asked.join(" and ") + owner,
      timeoutMs,
      `free are ${free.join(", ")}, and ${ahead} wait ahead for the same`,
    );
  }
}
