/**
 * What all locks have in common: who may take what is free, who waits, and who is served next.
 *
 * @module
 */

import {
  type Contested,
  type ContestedHolding,
  type ContestedWait,
  type LetsGo,
  servedInOrder,
  type Share,
} from "./deadlocks/contested.ts";
import { type LockOptions, requireLockOptions, type TryOptions } from "./lock_options.ts";
import { Accounts, type HolderSnapshot, nameOf, type PrimitiveSnapshot, type WaiterSnapshot } from "./primitive.ts";
import { countAhead, MOST_OVERTAKES } from "./ranked_line.ts";
import { type Departure, type LineHost, TurnLine } from "./turn_line.ts";
import { ownTurnOptions, requireOwner, type TurnOptions } from "./turn_options.ts";
import type { TurnWaiter } from "./turn_waiter.ts";
import { WaitTimeoutError } from "./waiter.ts";

/** Who holds what, and since when. */
export interface Holding {
  /** Who it is, if that was told. */
  readonly owner: string | undefined;
  /** How it holds, as in {@linkcode HolderSnapshot.holds}. */
  readonly holds: number | "read" | "write";
  /** The stamp of the accounts. */
  readonly sinceMs: number;
}

/** How a kind of lock is called. */
export interface LockKind {
  /** In snapshots. */
  readonly type: string;
  /** In errors. */
  readonly noun: string;
}

/**
 * The line before a lock and the rules of service, over what a kind of lock says that it has: `fits`, `hold`, `holders`.
 *
 * Invariant without barging: the first in line does not fit, so that whoever comes while nobody waits need only ask whether it fits.
 * Methods here run with as many shapes as there are kinds of lock. So the kinds that are handed over most often have hot paths of
 * their own, which touch nothing but their own fields, the line and the accounts: where every kind is contended by 16 in one process,
 * a mutex takes about as long as async-sema without guards, and took 1.7 times as long when they shared these methods.
 */
export abstract class Turns<Wants, Guard> implements Contested, LineHost<Guard, Wants> {
  readonly line: TurnLine<Guard, Wants>;
  readonly accounts: Accounts;
  readonly name: string | undefined;
  /** Whether an owner may take what it already holds. */
  readonly reentrant: boolean;
  /** Whether whoever comes may take what is free although others wait. */
  readonly barging: boolean;
  readonly #kind: LockKind;
  #waking = false;

  /** Checks the options; several may share their accounts. */
  constructor(kind: LockKind, options: LockOptions | undefined, accounts?: Accounts) {
    if (options !== undefined) requireLockOptions(options);
    this.#kind = kind;
    this.accounts = accounts ?? new Accounts(options);
    this.line = new TurnLine(this.accounts, this);
    this.name = options?.name;
    this.reentrant = options?.reentry === "allow";
    this.barging = options?.barging === true;
  }

  /** Whether it could be had now, were nobody in line. */
  abstract fits(wants: Wants): boolean;

  /** Takes what fits, and tells whoever looks for deadlocks if that is for an owner. */
  abstract hold(wants: Wants, owner: string | undefined): Guard;

  /**
   * Whether `owner` holds already and asks again.
   *
   * @throws {ReentryError} If it may not.
   */
  abstract reenters(wants: Wants, owner: string): boolean;

  /** Who holds, first come first. */
  abstract holders(): Iterable<Holding>;

  /** How wants are shown. */
  abstract shareOf(wants: Wants): number | "read" | "write";

  /** Why something could not be had in time, for an error. */
  protected abstract excuse(wants: Wants): string;

  /** Whether what an owner who holds already asks for could be had now. */
  protected fitsAgain(_wants: Wants): boolean {
    return true;
  }

  /** How many permits there are, for {@linkcode served}. */
  protected get capacityWeight(): number {
    return 1;
  }

  /** How many permits a share is, for {@linkcode served}. */
  protected weigh(_share: Share): number {
    return 1;
  }

  /** What a report calls it. */
  get noun(): string {
    return this.#kind.noun;
  }

  /** What is waited for: itself. */
  get contested(): Contested {
    return this;
  }

  /** Who holds, for a report. */
  *holdings(): Iterable<ContestedHolding> {
    for (const { owner, holds } of this.holders()) yield { owner, share: holds };
  }

  /** Who waits, in order of service. */
  *waits(): Iterable<ContestedWait> {
    for (let waiter = this.line.first; waiter !== undefined; waiter = waiter.next) yield waiter;
  }

  /** Who would be served, if all for whom `letsGo` answers true gave back what they have. */
  served(letsGo: LetsGo): Iterable<ContestedWait> {
    const { capacityWeight: capacity } = this;
    return servedInOrder(
      { holdings: this.holdings(), waits: this.waits() },
      { capacity, weigh: (share) => this.weigh(share) },
      letsGo,
    );
  }

  /** What errors call it. */
  get what(): string {
    return nameOf(this.#kind.noun, this.name);
  }

  /** Takes it now or not at all. */
  tryFor(wants: Wants, options: TryOptions | undefined): Guard | undefined {
    const owner = options?.owner;
    if (owner !== undefined) {
      requireOwner(owner);
      if (this.reenters(wants, owner)) return this.fitsAgain(wants) ? this.#take(wants, owner) : undefined;
    }
    return this.#admits(wants) ? this.#pass(wants, owner) : undefined;
  }

  /** Takes it now or in its turn. */
  request(wants: Wants, options: TurnOptions | undefined): Promise<Guard> {
    if (options === undefined) {
      return this.#admits(wants) ? Promise.resolve(this.#pass(wants, undefined)) : this.wait(wants, undefined);
    }
    try {
      const own = ownTurnOptions(options), { owner } = own;
      if (owner !== undefined && this.reenters(wants, owner)) {
        if (this.fitsAgain(wants)) return Promise.resolve(this.#take(wants, owner));
        return this.line.joinAhead(wants, own); // others wait for what it has
      }
      if (this.#admits(wants)) return Promise.resolve(this.#pass(wants, owner));
      return this.wait(wants, own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Waits for what cannot be had now. */
  wait(wants: Wants, options: TurnOptions | undefined): Promise<Guard> {
    const { line } = this, { first } = line;
    const promise = line.join(wants, options);
    if (first !== undefined && line.first !== first) this.serve(); // it is urgent, and may want less than the one who was first
    return promise;
  }

  /** Something was given back: serves those who wait, now or, if others may barge in, soon. */
  freed(): void {
    const { first } = this.line;
    if (first === undefined) return;
    if (!this.barging || first.overtaken >= MOST_OVERTAKES) return this.serve();
    if (this.#waking) return;
    this.#waking = true;
    queueMicrotask(() => {
      this.#waking = false;
      this.serve();
    });
  }

  /** Grants the first in line what they want, until one wants too much; sends away those whose signal is aborted. */
  serve(): void {
    const { line } = this;
    for (let first = line.firstToServe; first !== undefined && this.fits(first.want); first = line.firstToServe) {
      line.serve(first, this.hold(first.want, first.owner));
    }
  }

  /** Somebody in line has given up: perhaps those behind want less. */
  left(_waiter: TurnWaiter<Guard, Wants>, { wasFirst }: Departure): void {
    if (wasFirst) this.serve();
  }

  /** What somebody is told whose time was up. */
  timeoutError(waiter: TurnWaiter<Guard, Wants>, timeoutMs: number): WaitTimeoutError {
    const ahead = countAhead(waiter);
    return new WaitTimeoutError(this.what, timeoutMs, `${this.excuse(waiter.want)}, and ${ahead} wait ahead`);
  }

  /** How it stands. */
  snapshot(): PrimitiveSnapshot {
    return {
      type: this.#kind.type,
      name: this.name,
      holders: this.holderSnapshots(),
      waiters: this.waiterSnapshots(),
      totals: this.accounts.totals(),
    };
  }

  /** Who holds, first come first. */
  holderSnapshots(): HolderSnapshot[] {
    const snapshots: HolderSnapshot[] = [];
    for (const { owner, holds, sinceMs } of this.holders()) {
      snapshots.push({ owner, holds, ageMs: this.accounts.since(sinceMs) });
    }
    return snapshots;
  }

  /** Who waits, in the order in which they will be served. */
  waiterSnapshots(): WaiterSnapshot[] {
    return this.line.snapshots((wants) => this.shareOf(wants));
  }

  /** Whether somebody who comes now may take what it wants. */
  #admits(wants: Wants): boolean {
    const { first } = this.line;
    if (first !== undefined && (!this.barging || first.overtaken >= MOST_OVERTAKES)) return false;
    return this.fits(wants);
  }

  /** Grants it to somebody who comes now, perhaps past those who wait. */
  #pass(wants: Wants, owner: string | undefined): Guard {
    const { first } = this.line;
    if (first !== undefined) first.overtaken++;
    return this.#take(wants, owner);
  }

  /** Grants it to somebody who need not wait. */
  #take(wants: Wants, owner: string | undefined): Guard {
    this.accounts.grants++;
    return this.hold(wants, owner);
  }
}
