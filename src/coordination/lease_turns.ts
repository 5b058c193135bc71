/**
 * What a lease lock and its guards share.
 *
 * @module
 */

import type { ContestedWait } from "./deadlocks/contested.ts";
import { tellGrant } from "./deadlocks/watch.ts";
import type { LeaseGuard, LeaseLockOptions } from "./lease_lock.ts";
import { LeaseTerm, type TermKeeper } from "./lease_term.ts";
import { ReentryError } from "./reentry_error.ts";
import { SteadyClock } from "./steady_clock.ts";
import { type Holding, Turns } from "./turns.ts";
import { foundValue } from "./found_value.ts";

const KIND = { type: "lease", noun: "lease lock" };

/** One term at most, under which one owner may have several guards; what is wanted is a time to live. */
export class LeaseTurns extends Turns<number, LeaseHold> implements TermKeeper {
  /** The lease that runs. */
  term: LeaseTerm | undefined = undefined;
  /** The token of the latest lease; 0 before the first. */
  fencingToken = 0;
  readonly clock: SteadyClock;

  /** A free one. */
  constructor(options: LeaseLockOptions) {
    super(KIND, options);
    this.clock = new SteadyClock(options.clock ?? (() => performance.now()));
  }

  /** Whether somebody waits. */
  get isAwaited(): boolean {
    return this.line.first !== undefined;
  }

  override fits(): boolean {
    return this.term === undefined;
  }

  override hold(ttlMs: number, owner: string | undefined): LeaseHold {
    let { term } = this;
    if (term === undefined) {
      term = this.term = new LeaseTerm(this, ++this.fencingToken, owner, this.accounts.stamp());
      term.run(ttlMs);
    } else if (ttlMs > term.leftMs) {
      term.run(ttlMs);
    }
    term.guards++;
    tellGrant(owner);
    return new LeaseHold(this, term, ttlMs);
  }

  override reenters(_ttlMs: number, owner: string): boolean {
    if (this.term?.owner !== owner) return false;
    if (this.reentrant) return true;
    throw new ReentryError(this.what, owner, {
      why: "it already holds it",
      advice: 'renew() the guard it has, or make the lock with reentry: "allow"',
    });
  }

  override *holders(): Iterable<Holding> {
    const { term } = this;
    if (term !== undefined) yield { owner: term.owner, holds: term.guards, sinceMs: term.sinceMs };
  }

  override shareOf(): number {
    return 1;
  }

  /** Everybody: a lease ends by itself. */
  override served(): Iterable<ContestedWait> {
    return this.waits();
  }

  /** The lease that ran has ended by itself. */
  expired(): void {
    this.term = undefined;
    this.freed();
  }

  /** A guard of the lease that runs has been given back. */
  released(term: LeaseTerm): void {
    if (--term.guards > 0) return;
    term.end();
    this.expired();
  }

  protected override excuse(): string {
    return `it is held for ${Math.ceil(this.term?.leftMs ?? 0)} ms more unless it is renewed`;
  }
}

/** Who has a lease. */
export class LeaseHold implements LeaseGuard {
  readonly #turns: LeaseTurns;
  readonly #term: LeaseTerm;
  readonly #ttlMs: number;
  #released = false;

  /** Somebody to whom it was granted. */
  constructor(turns: LeaseTurns, term: LeaseTerm, ttlMs: number) {
    this.#turns = turns;
    this.#term = term;
    this.#ttlMs = ttlMs;
  }

  get owner(): string | undefined {
    return this.#term.owner;
  }

  get fencingToken(): number {
    return this.#term.fencingToken;
  }

  get ageMs(): number | undefined {
    return this.#holds() ? this.#turns.accounts.since(this.#term.sinceMs) : undefined;
  }

  get expiresInMs(): number {
    return this.#released ? 0 : this.#term.leftMs;
  }

  get signal(): AbortSignal {
    this.#term.look();
    return this.#term.signal;
  }

  renew(ttlMs = this.#ttlMs): boolean {
    requireTtlMs(ttlMs);
    if (!this.#holds()) return false;
    this.#term.run(ttlMs);
    return true;
  }

  release(): void {
    if (!this.#holds()) return;
    this.#released = true;
    this.#turns.released(this.#term);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** Whether it still counts, by the clock too. */
  #holds(): boolean {
    if (this.#released) return false;
    this.#term.look();
    return !this.#term.ended;
  }
}

/** Checks a time to live; throws a `RangeError`. */
export function requireTtlMs(ttlMs: number): void {
  if (Number.isFinite(ttlMs) && ttlMs > 0) return;
  throw new RangeError(
    `Cannot lease with ttlMs ${foundValue(ttlMs)}: expected a finite number of milliseconds above 0; ` +
      "give a multiple of what the holder needs between two renewals",
  );
}
