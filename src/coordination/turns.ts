/**
 * What all locks have in common: who may take what is free, who waits, and who is served next.
 *
 * @module
 */

import { type LockOptions, MOST_PASSES, requireLockOptions, type TryOptions } from "./lock_options.ts";
import {
  type Contested,
  type ContestedHolding,
  type ContestedWait,
  type LetsGo,
  servedInOrder,
  type Share,
} from "./deadlocks/contested.ts";
import { tellBegin, tellEnd, tellGrant } from "./deadlocks/watch.ts";
import { Accounts, type HolderSnapshot, nameOf, type PrimitiveSnapshot, waiterSnapshot } from "./primitive.ts";
import type { WaiterSnapshot } from "./primitive.ts";
import { NORMAL_LEVEL } from "./priority.ts";
import { countAhead, joinByRank, type RankedNode } from "./ranked_line.ts";
import { requireOwner, requireTurnOptions, type TurnOptions } from "./turn_options.ts";
import { WaitLine } from "./wait_line.ts";
import { Waiter, WaitTimeoutError } from "./waiter.ts";

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
 * Whoever looks for deadlocks is told of a wait in {@linkcode #join} and {@linkcode #part}, and of a grant to an owner in {@linkcode #grant}.
 */
export abstract class Turns<Wants, Guard> implements Contested {
  readonly line: WaitLine<Turn<Wants, Guard>> = new WaitLine();
  readonly accounts: Accounts;
  readonly name: string | undefined;
  /** Whether an owner may take what it already holds. */
  readonly reentrant: boolean;
  readonly #kind: LockKind;
  readonly #barging: boolean;
  #waking = false;

  /** Checks the options; several may share their accounts. */
  constructor(kind: LockKind, options: LockOptions | undefined, accounts?: Accounts) {
    if (options !== undefined) requireLockOptions(options);
    this.#kind = kind;
    this.accounts = accounts ?? new Accounts(options);
    this.name = options?.name;
    this.reentrant = options?.reentry === "allow";
    this.#barging = options?.barging === true;
  }

  /** Whether it could be had now, were nobody in line. */
  abstract fits(wants: Wants): boolean;

  /** Takes what fits, and counts the grant. */
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
  abstract shown(wants: Wants): number | "read" | "write";

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

  /** Who holds, for a report. */
  *holdings(): Iterable<ContestedHolding> {
    for (const { owner, holds } of this.holders()) yield { owner, share: holds };
  }

  /** Who waits, in order of service. */
  *waits(): Iterable<ContestedWait> {
    for (let turn = this.line.first; turn !== undefined; turn = turn.next) yield turn;
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
      if (this.reenters(wants, owner)) return this.fitsAgain(wants) ? this.#grant(wants, owner) : undefined;
    }
    return this.#admits(wants) ? this.#pass(wants, owner) : undefined;
  }

  /** Takes it now or in its turn. */
  request(wants: Wants, options: TurnOptions | undefined): Promise<Guard> {
    if (options === undefined) {
      if (this.#admits(wants)) return Promise.resolve(this.#pass(wants, undefined));
      return this.#wait(new Turn(this, wants, NORMAL_LEVEL, undefined), undefined);
    }
    try {
      const { owner } = options;
      const level = requireTurnOptions(options);
      const again = owner !== undefined && this.reenters(wants, owner);
      if (again && this.fitsAgain(wants)) return Promise.resolve(this.#grant(wants, owner));
      if (!again && this.#admits(wants)) return Promise.resolve(this.#pass(wants, owner));
      return this.#wait(new Turn(this, wants, again ? REENTRY_LEVEL : level, owner), options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Something was given back: serves those who wait, now or, if others may barge in, soon. */
  freed(): void {
    const { first } = this.line;
    if (first === undefined) return;
    if (!this.#barging || first.overtaken >= MOST_PASSES) return this.serve();
    if (this.#waking) return;
    this.#waking = true;
    queueMicrotask(() => {
      this.#waking = false;
      this.serve();
    });
  }

  /** Grants the first in line what they want, until one wants too much. */
  serve(): void {
    for (let turn = this.line.first; turn !== undefined && this.fits(turn.wants); turn = this.line.first) {
      this.#part(turn);
      this.accounts.served(turn.stampMs);
      turn.grant(this.#grant(turn.wants, turn.owner));
    }
  }

  /** Somebody in line has given up: perhaps those behind want less. */
  gaveUp(turn: Turn<Wants, Guard>, cause: "timeout" | "abort"): void {
    const isFirst = this.line.first === turn;
    this.#part(turn);
    this.accounts.gaveUp(cause);
    if (isFirst) this.serve();
  }

  /** What somebody is told whose time was up. */
  timeoutError(turn: Turn<Wants, Guard>, timeoutMs: number): WaitTimeoutError {
    const ahead = countAhead(turn);
    return new WaitTimeoutError(this.what, timeoutMs, `${this.excuse(turn.wants)}, and ${ahead} wait ahead`);
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
    const snapshots: WaiterSnapshot[] = [];
    for (let turn = this.line.first; turn !== undefined; turn = turn.next) {
      snapshots.push(waiterSnapshot(turn, this.shown(turn.wants), this.accounts.since(turn.stampMs)));
    }
    return snapshots;
  }

  /** Whether somebody who comes now may take what it wants. */
  #admits(wants: Wants): boolean {
    const { first } = this.line;
    if (first !== undefined && (!this.#barging || first.overtaken >= MOST_PASSES)) return false;
    return this.fits(wants);
  }

  /** Grants it to somebody who comes now, perhaps past those who wait. */
  #pass(wants: Wants, owner: string | undefined): Guard {
    const { first } = this.line;
    if (first !== undefined) first.overtaken++;
    return this.#grant(wants, owner);
  }

  /** Every grant but those of the hot paths, which know of no owner. */
  #grant(wants: Wants, owner: string | undefined): Guard {
    tellGrant(owner);
    return this.hold(wants, owner);
  }

  #wait(turn: Turn<Wants, Guard>, options: TurnOptions | undefined): Promise<Guard> {
    this.#join(turn);
    if (this.line.first === turn) this.serve(); // it may be urgent, and want less than the one who was first
    turn.watch(options);
    return turn.promise;
  }

  #join(turn: Turn<Wants, Guard>): void {
    tellBegin(turn, this);
    if (turn.level !== REENTRY_LEVEL) return joinByRank(this.line, turn);
    let ahead: Turn<Wants, Guard> | undefined = undefined, next = this.line.first;
    while (next !== undefined && next.level === REENTRY_LEVEL) {
      ahead = next;
      next = next.next;
    }
    this.line.insertAfter(ahead, turn);
  }

  #part(turn: Turn<Wants, Guard>): void {
    this.line.remove(turn);
    tellEnd(turn);
  }
}

/** The level of an owner who waits for more than it has: others wait for it, so nobody goes ahead of it. */
const REENTRY_LEVEL = Infinity;

/** Somebody who waits for a lock. */
export class Turn<Wants, Guard> extends Waiter<Guard> implements RankedNode<Turn<Wants, Guard>>, ContestedWait {
  previous: Turn<Wants, Guard> | undefined = undefined;
  next: Turn<Wants, Guard> | undefined = undefined;
  overtaken = 0;
  /** When the wait began. */
  readonly stampMs: number;
  readonly #turns: Turns<Wants, Guard>;

  /** Somebody who wants something of `turns`. */
  constructor(
    turns: Turns<Wants, Guard>,
    readonly wants: Wants,
    readonly level: number,
    readonly owner: string | undefined,
  ) {
    super();
    this.stampMs = turns.accounts.stamp();
    this.#turns = turns;
  }

  /** What it waits for, for a report. */
  get share(): Share {
    return this.#turns.shown(this.wants);
  }

  protected override leave(cause: "timeout" | "abort"): void {
    this.#turns.gaveUp(this, cause);
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    return this.#turns.timeoutError(this, timeoutMs);
  }
}
