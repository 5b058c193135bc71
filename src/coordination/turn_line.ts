/**
 * A line in which callers wait for their turn, as urgent as they say, and which counts them.
 *
 * @module
 */

import type { Contested, ContestedWait, Share } from "./deadlocks/contested.ts";
import { tellBegin, tellEnd } from "./deadlocks/watch.ts";
import { type Accounts, type WaiterSnapshot, waiterSnapshot } from "./primitive.ts";
import { NORMAL_LEVEL, priorityLevel } from "./priority.ts";
import { joinByRank, type RankedNode } from "./ranked_line.ts";
import { requireTurnOptions, type TurnOptions } from "./turn_options.ts";
import { WaitLine } from "./wait_line.ts";
import { Waiter, type WaitTimeoutError } from "./waiter.ts";

/** What a line must know of the primitive to which it belongs. */
export interface LineHost<Granted, Want> {
  /** What is counted. */
  readonly accounts: Accounts;
  /** What to reject with when the time of somebody who is still in line is up. */
  timeoutError(waiter: TurnWaiter<Granted, Want>, timeoutMs: number): WaitTimeoutError;
  /** What is waited for, if somebody holds it meanwhile: a detector of deadlocks is told. */
  readonly contested?: Contested;
  /** What somebody waits for, in the words of {@linkcode contested}. */
  shareOf?(want: Want): Share;
  /** Somebody has given up, and is out of the line; for `why`, see {@linkcode TurnWaiter.reason}. */
  left?(waiter: TurnWaiter<Granted, Want>, why: "timeout" | "abort"): void;
}

/** Somebody in a {@linkcode TurnLine}. */
export class TurnWaiter<Granted, Want> extends Waiter<Granted>
  implements RankedNode<TurnWaiter<Granted, Want>>, ContestedWait {
  previous: TurnWaiter<Granted, Want> | undefined = undefined;
  next: TurnWaiter<Granted, Want> | undefined = undefined;
  overtaken = 0;
  readonly level: number;
  /** What it waits for. */
  readonly want: Want;
  readonly options: TurnOptions | undefined;
  /** When it began to wait. */
  readonly stampMs: number;
  /** Why it has given up: what its promise rejects with. */
  reason: unknown = undefined;
  readonly #line: TurnLine<Granted, Want>;

  /** Does not join the line. */
  constructor(line: TurnLine<Granted, Want>, want: Want, options: TurnOptions | undefined) {
    super();
    const priority = options?.priority;
    this.level = priority === undefined ? NORMAL_LEVEL : priorityLevel(priority);
    this.want = want;
    this.options = options;
    this.stampMs = line.host.accounts.stamp();
    this.#line = line;
  }

  /** Who it is, if that was told. */
  get owner(): string | undefined {
    return this.options?.owner;
  }

  /** What it waits for, for a report of a deadlock. */
  get share(): Share {
    return this.#line.host.shareOf?.(this.want) ?? 1;
  }

  protected override leave(cause: "timeout" | "abort", reason: unknown): void {
    const { host } = this.#line;
    this.reason = reason;
    this.#line.remove(this);
    host.accounts.gaveUp(cause);
    host.left?.(this, cause);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    return this.#line.host.timeoutError(this, timeoutMs);
  }
}

/** Callers in the order in which they are served. */
export class TurnLine<Granted, Want> extends WaitLine<TurnWaiter<Granted, Want>> {
  /** An empty line. */
  constructor(readonly host: LineHost<Granted, Want>) {
    super();
  }

  /** Waits behind whoever is at least as urgent; the options have been checked. */
  join(want: Want, options: TurnOptions | undefined): Promise<Granted> {
    const waiter = new TurnWaiter(this, want, options);
    joinByRank(this, waiter);
    if (this.host.contested !== undefined) tellBegin(waiter, this.host.contested);
    waiter.watch(options);
    return waiter.promise;
  }

  /** Waits behind everybody, however urgent it is; the options have been checked. */
  joinLast(want: Want, options: TurnOptions | undefined): Promise<Granted> {
    const waiter = new TurnWaiter(this, want, options);
    this.insertAfter(this.last, waiter);
    waiter.watch(options);
    return waiter.promise;
  }

  override remove(waiter: TurnWaiter<Granted, Want>): void {
    super.remove(waiter);
    tellEnd(waiter);
  }

  /** Takes a waiter out of the line, with what it waited for. */
  serve(waiter: TurnWaiter<Granted, Want>, granted: Granted): void {
    const { accounts } = this.host;
    this.remove(waiter);
    accounts.grants++;
    accounts.served(waiter.stampMs);
    waiter.grant(granted);
  }

  /** Serves everybody the same. */
  serveAll(granted: Granted): void {
    for (let first = this.firstToServe; first !== undefined; first = this.firstToServe) this.serve(first, granted);
  }

  /** The first who may be served: those ahead whose signal is aborted give up before. */
  get firstToServe(): TurnWaiter<Granted, Want> | undefined {
    while (this.first?.isAborted) this.first.handleEvent();
    return this.first;
  }

  /** Takes a waiter out of the line, with an error. */
  refuse(waiter: TurnWaiter<Granted, Want>, reason: unknown): void {
    this.remove(waiter);
    waiter.refuse(reason);
  }

  /** Sends everybody away with one error. */
  refuseAll(reason: unknown): void {
    for (let first = this.first; first !== undefined; first = this.first) this.refuse(first, reason);
  }

  /** Who waits, in order; `wants` words what for. */
  snapshots(wants: (want: Want) => WaiterSnapshot["wants"]): WaiterSnapshot[] {
    const found: WaiterSnapshot[] = [];
    for (let waiter = this.first; waiter !== undefined; waiter = waiter.next) {
      const { level, options, stampMs, want } = waiter;
      found.push(waiterSnapshot({ level, owner: options?.owner }, wants(want), this.host.accounts.since(stampMs)));
    }
    return found;
  }
}

/** What a caller gets whose options are wrong, or whose signal is aborted: a rejected promise; nothing if they are right. */
export function refuseTurn(options: TurnOptions | undefined): Promise<never> | undefined {
  if (options === undefined) return undefined;
  try {
    requireTurnOptions(options);
    return undefined;
  } catch (error) {
    return Promise.reject(error);
  }
}
