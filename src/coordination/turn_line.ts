/**
 * A line in which callers wait for their turn, as urgent as they say, and which counts them.
 *
 * @module
 */

import type { Contested, Share } from "./deadlocks/contested.ts";
import { tellBegin, tellEnd, waitWatch } from "./deadlocks/watch.ts";
import { keepShape } from "./kept_shapes.ts";
import { Accounts, type WaiterSnapshot, waiterSnapshot } from "./primitive.ts";
import { joinByRank } from "./ranked_line.ts";
import type { TurnOptions } from "./turn_options.ts";
import { TurnWaiter } from "./turn_waiter.ts";
import { WaitLine } from "./wait_line.ts";
import { WaitTimeoutError } from "./waiter.ts";

/** How somebody has given up. */
export interface Departure {
  /** What ended the wait. */
  readonly why: "timeout" | "abort";
  /** What its promise rejects with. */
  readonly reason: unknown;
  /** Whether nobody was ahead of it. */
  readonly wasFirst: boolean;
}

/** What a line must know of the primitive to which it belongs; asked only in the rare cases. */
export interface LineHost<Granted, Want> {
  /** What to reject with when the time of somebody who is still in line is up. */
  timeoutError(waiter: TurnWaiter<Granted, Want>, timeoutMs: number): WaitTimeoutError;
  /** What is waited for, if somebody holds it meanwhile: a detector of deadlocks is told. */
  readonly contested?: Contested;
  /** What somebody waits for, in the words of {@linkcode contested}. */
  shareOf?(want: Want): Share;
  /** Somebody has given up, and is out of the line. */
  left?(waiter: TurnWaiter<Granted, Want>, departure: Departure): void;
}

/** A host that knows only what is waited for, in words, and how that stands: `room in the mailbox "orders"`, `it holds 3`. */
export function hostOf<Granted, Want>(what: string, state: () => string): LineHost<Granted, Want> {
  return { timeoutError: (_, timeoutMs) => new WaitTimeoutError(what, timeoutMs, state()) };
}

/** Callers in the order in which they are served. Joining costs what `joinByRank` does; all else is O(1) for each who is served. */
export class TurnLine<Granted, Want> extends WaitLine<TurnWaiter<Granted, Want>> {
  /** What is counted: whoever waited is, here; who need not wait, by the host. */
  readonly accounts: Accounts;
  readonly host: LineHost<Granted, Want>;
  /** The last of those who go ahead of everybody; they stand at the front. */
  #lastAhead: TurnWaiter<Granted, Want> | undefined = undefined;

  /** An empty line; several may share their accounts. */
  constructor(accounts: Accounts, host: LineHost<Granted, Want>) {
    super();
    this.accounts = accounts;
    this.host = host;
  }

  /** Waits behind whoever is at least as urgent; the options have been checked. */
  join(want: Want, options: TurnOptions | undefined): Promise<Granted> {
    return this.stand(want, options).promise;
  }

  /** As {@linkcode join}; answers who waits, for callers that may call it off. */
  stand(want: Want, options: TurnOptions | undefined): TurnWaiter<Granted, Want> {
    return this.begin(this.place(want, options), options);
  }

  /** The first half of {@linkcode stand}: it has its place, and {@linkcode begin} tells others that it waits. */
  place(want: Want, options: TurnOptions | undefined): TurnWaiter<Granted, Want> {
    const waiter = new TurnWaiter(this, want, options);
    joinByRank(this, waiter);
    return waiter;
  }

  /** Waits behind everybody, however urgent it is; the options have been checked. */
  joinLast(want: Want, options: TurnOptions | undefined): Promise<Granted> {
    return this.standLast(want, options).promise;
  }

  /** As {@linkcode joinLast}; answers who waits, for callers that may call it off. */
  standLast(want: Want, options: TurnOptions | undefined): TurnWaiter<Granted, Want> {
    const waiter = new TurnWaiter(this, want, options);
    this.insertAfter(this.last, waiter);
    return this.begin(waiter, options);
  }

  /** Waits ahead of everybody but those who came so before: nobody ever goes ahead of it. The options have been checked. */
  joinAhead(want: Want, options: TurnOptions | undefined): Promise<Granted> {
    const waiter = new TurnWaiter(this, want, options);
    waiter.level = Infinity;
    this.insertAfter(this.#lastAhead, waiter);
    this.#lastAhead = waiter;
    return this.begin(waiter, options).promise;
  }

  override remove(waiter: TurnWaiter<Granted, Want>): void {
    if (waiter === this.#lastAhead) this.#lastAhead = waiter.previous;
    super.remove(waiter);
    tellEnd(waiter);
  }

  /** Takes a waiter out of the line, with what it waited for. */
  serve(waiter: TurnWaiter<Granted, Want>, granted: Granted): void {
    const { accounts } = this;
    this.remove(waiter);
    accounts.grants++;
    accounts.served(waiter.stampMs);
    waiter.grant(granted);
  }

  /** Serves everybody the same. */
  serveAll(granted: Granted): void {
    for (let first = this.firstToServe; first !== undefined; first = this.firstToServe) this.serve(first, granted);
  }

  /** The first who may be served: those ahead whose signal is aborted are dismissed. */
  get firstToServe(): TurnWaiter<Granted, Want> | undefined {
    let { first } = this;
    while (first !== undefined && first.isAborted) {
      this.dismiss(first);
      first = this.first;
    }
    return first;
  }

  /** Takes out somebody who `isAborted`. The host is not told, as by {@linkcode LineHost.left}: it is serving. */
  dismiss(waiter: TurnWaiter<Granted, Want>): void {
    this.remove(waiter);
    this.accounts.gaveUp("abort");
    waiter.refuseAborted();
  }

  /** Takes a waiter out of the line, with an error. */
  refuse(waiter: TurnWaiter<Granted, Want>, reason: unknown): void {
    this.remove(waiter);
    waiter.refuse(reason);
  }

  /** Sends everybody away with one error, but for those whose signal is aborted: they get its reason. */
  refuseAll(reason: unknown): void {
    for (let first = this.firstToServe; first !== undefined; first = this.firstToServe) this.refuse(first, reason);
  }

  /** Takes out somebody who gives up, whose promise rejects next. */
  gaveUp(waiter: TurnWaiter<Granted, Want>, why: Departure["why"], reason: unknown): void {
    const wasFirst = this.first === waiter;
    this.remove(waiter);
    this.accounts.gaveUp(why);
    this.host.left?.(waiter, { why, reason, wasFirst });
  }

  /** Who waits, in order; `wants` words what for. */
  snapshots(wants: (want: Want) => WaiterSnapshot["wants"]): WaiterSnapshot[] {
    const found: WaiterSnapshot[] = [];
    for (let waiter = this.first; waiter !== undefined; waiter = waiter.next) {
      found.push(waiterSnapshot(waiter, wants(waiter.want), this.accounts.since(waiter.stampMs)));
    }
    return found;
  }

  /** It stands in line, and may have to leave it, be it at once. */
  begin(waiter: TurnWaiter<Granted, Want>, options: TurnOptions | undefined): TurnWaiter<Granted, Want> {
    if (waitWatch.current !== undefined) {
      const { contested } = this.host;
      if (contested !== undefined) tellBegin(waiter, contested);
    }
    if (options !== undefined) waiter.watch(options);
    return waiter;
  }
}

keepShape(new TurnWaiter(new TurnLine(new Accounts(undefined), hostOf("nothing", () => "")), undefined, undefined));
