/**
 * What a mutex and its guards share.
 *
 * @module
 */

import { tellGrant } from "./deadlocks/watch.ts";
import { keepShape } from "./kept_shapes.ts";
import type { LockGuard, LockOptions } from "./lock_options.ts";
import type { Accounts } from "./primitive.ts";
import { ReentryError } from "./reentry_error.ts";
import { type Holding, type LockKind, Turns } from "./turns.ts";

/** One holder, who may hold it several times if it may re-enter. */
export class MutexTurns extends Turns<1, MutexHold> {
  /** How many guards are out; 0 if it is free. */
  depth = 0;
  /** Who holds it, and since when; not the guard: a reference from a lock, which is old, to what is young costs the garbage collector. */
  #owner: string | undefined = undefined;
  #sinceMs = 0;

  /** A free one. */
  constructor(kind: LockKind, options: LockOptions | undefined, accounts?: Accounts) {
    super(kind, options, accounts);
  }

  /** Whether whoever comes now can have it. */
  get isOpen(): boolean {
    return this.depth === 0 && this.line.first === undefined;
  }

  override fits(): boolean {
    return this.depth === 0;
  }

  override hold(_wants: 1, owner: string | undefined): MutexHold {
    const sinceMs = this.accounts.stamp();
    if (this.depth++ === 0) {
      this.#owner = owner;
      this.#sinceMs = sinceMs;
    }
    tellGrant(owner);
    return new MutexHold(this, owner, sinceMs);
  }

  /** Hot path: takes it for nobody in particular, if it is open. */
  tryOpen(): MutexHold | undefined {
    if (!this.isOpen) return undefined;
    this.accounts.grants++;
    return this.hold(1, undefined);
  }

  override reenters(_wants: 1, owner: string): boolean {
    if (this.depth === 0 || this.#owner !== owner) return false;
    if (this.reentrant) return true;
    throw new ReentryError(this.what, owner, {
      why: "it already holds it",
      advice: 'release it first, or make the lock with reentry: "allow"',
    });
  }

  override *holders(): Iterable<Holding> {
    if (this.depth > 0) yield { owner: this.#owner, holds: this.depth, sinceMs: this.#sinceMs };
  }

  override shareOf(): number {
    return 1;
  }

  /** Hot path: as for every lock, but that one at most is served. */
  override serve(): void {
    const { line } = this;
    if (this.depth > 0 || line.first === undefined) return;
    const first = line.firstToServe;
    if (first === undefined) this.vacated();
    else line.serve(first, this.hold(1, first.owner));
  }

  /** A guard has been given back. */
  released(): void {
    if (--this.depth > 0) return;
    if (this.line.first === undefined) this.vacated();
    else if (this.barging) this.freed();
    else this.serve();
  }

  /** Nobody holds it or waits for it any more. */
  protected vacated(): void {}

  protected override excuse(): string {
    return "it is held";
  }
}

/** Who holds a mutex. */
export class MutexHold implements LockGuard {
  readonly #owner: string | undefined; // private as of every guard: whoever has it shall not write what a lock reads
  /** The stamp of the accounts. */
  readonly #sinceMs: number;
  #turns: MutexTurns | undefined;

  /** Somebody to whom it was granted. */
  constructor(turns: MutexTurns, owner: string | undefined, sinceMs: number) {
    this.#owner = owner;
    this.#sinceMs = sinceMs;
    this.#turns = turns;
  }

  get owner(): string | undefined {
    return this.#owner;
  }

  /** Whether it is a guard of `turns` that has not been released. */
  isOf(turns: MutexTurns): boolean {
    return this.#turns === turns;
  }

  get ageMs(): number | undefined {
    return this.#turns?.accounts.since(this.#sinceMs);
  }

  release(): void {
    const turns = this.#turns;
    if (turns === undefined) return;
    this.#turns = undefined;
    turns.released();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

keepShape(new MutexHold(new MutexTurns({ type: "mutex", noun: "mutex" }, undefined), undefined, 0));
