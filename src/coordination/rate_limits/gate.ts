/**
 * The line before a rate limiter, whatever decides when the first in it may go.
 *
 * @module
 */

import { Accounts, nameOf, type PrimitiveOptions, type WaiterSnapshot, waiterSnapshot } from "../primitive.ts";
import { levelOf } from "../priority.ts";
import { countAhead, joinByRank, type RankedNode } from "../ranked_line.ts";
import { ownTurnOptions, type TurnOptions } from "../turn_options.ts";
import { WaitLine } from "../wait_line.ts";
import { Waiter, WaitTimeoutError } from "../waiter.ts";
import type { RateLimiterSnapshot } from "./rate_limiter.ts";
import { RateQueueFullError } from "./rate_queue_full_error.ts";
import { requireTokens } from "./rate_rule.ts";

/** Who stands in line for tokens. */
export interface Entrant extends RankedNode<Entrant> {
  /** For how many. */
  readonly n: number;
  /** Who it is, if that was told. */
  readonly owner: string | undefined;
  /** When it came, by `Accounts.stamp`. */
  readonly stamp: number;
  /**
   * If it keeps its place at the front until others are ready: for how long, in milliseconds, as it looked when it began to.
   * Until then it is not asked to serve.
   */
  readonly heldForMs: number | undefined;
  /** Called when it is first: leaves the line and answers `true`, or stays. */
  serve(): boolean;
}

/** What would happen from now on if nobody else came. */
export interface Forecast {
  /** In how many milliseconds from now `n` could be had; never before what was taken last. */
  readyMs(n: number): number;
  /** Takes `n` tokens at a time that `readyMs` has answered. */
  take(n: number, atMs: number): void;
}

/** What limiters and composites ask of a gate; see {@linkcode Gate}, which is one. */
export interface LimiterGate {
  /** Whose tokens it gives out; no composite takes from one source twice. */
  readonly source: object;
  /** Who waits; joined and left by `join` and `part`. */
  readonly line: WaitLine<Entrant>;
  readonly accounts: Accounts;
  readonly most: number;
  readonly called: string;
  admits(n: number): boolean;
  takeNow(n: number): boolean;
  available(): number;
  forecast(except?: Entrant): Forecast;
  join(entrant: Entrant): void;
  part(entrant: Entrant): void;
  serve(): void;
  tryTake(n: number): boolean;
  take(n: number, options: TurnOptions | undefined): Promise<void>;
  retryAfterMs(n: number): number;
  snapshot(): RateLimiterSnapshot;
}

const TAKEN: Promise<void> = Promise.resolve();

/** The line and what is counted; who extends it knows the tokens, and when to come back for the first in line. */
export abstract class Gate implements LimiterGate {
  readonly line: WaitLine<Entrant> = new WaitLine<Entrant>();
  /** The most tokens that can ever be had at once. */
  abstract readonly most: number;
  /** How many tokens may be waited for. */
  abstract readonly queue: number;
  /** How many are. */
  wanted = 0;

  /** Nobody waits yet. */
  constructor(readonly type: string, readonly name: string | undefined, readonly accounts: Accounts) {}

  /** The tokens are its own. */
  get source(): object {
    return this;
  }

  /** Whether `n` tokens can be had now; who stands in this line is not its concern. */
  abstract admits(n: number): boolean;

  /** Takes `n` tokens if they can be had now, for somebody who has the turn. */
  abstract takeNow(n: number): boolean;

  /** How many tokens can be had now. */
  abstract available(): number;

  /** What would happen if nobody came, and nobody stood in this line. */
  protected abstract fork(): Forecast;

  /**
   * Sees to it that {@linkcode serve} is called once it may be the turn of `first`; called again for the same one, it
   * may keep what it has.
   */
  protected abstract expect(first: Entrant): void;

  /** Forgets what `expect` has begun. */
  protected abstract forget(): void;

  /** Serves whoever waited until now, as the clock may have leapt. */
  protected abstract catchUp(): void;

  /** Called when nobody waits any more. */
  protected emptied(): void {}

  /** As {@linkcode RateLimiter.tryTake}. */
  tryTake(n: number): boolean {
    return this.isOpen(n) && this.count(this.takeNow(n));
  }

  /** Whether nobody waits, so that whoever comes may try; checks `n`. */
  isOpen(n: number): boolean {
    if (n !== 1) this.requireTokens(n);
    if (this.line.size === 0) return true;
    this.catchUp();
    return this.line.size === 0;
  }

  /** Counts what was taken outside of the line. */
  count(isTaken: boolean): boolean {
    if (isTaken) this.accounts.grants++;
    return isTaken;
  }

  /** As {@linkcode RateLimiter.take}. */
  take(n: number, options: TurnOptions | undefined): Promise<void> {
    try {
      const own = ownTurnOptions(options);
      if (this.tryTake(n)) return TAKEN;
      if (this.wanted + n > this.queue) throw new RateQueueFullError(this.called, n, this.wanted, this.queue);
      const waiter = new TakeWaiter(this, n, levelOf(own), own?.owner);
      this.join(waiter);
      waiter.watch(own);
      if (this.line.first === waiter) this.newFirst();
      return waiter.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Puts somebody in line, by rank. */
  join(entrant: Entrant): void {
    joinByRank(this.line, entrant);
    this.wanted += entrant.n;
  }

  /** Takes somebody out of the line. */
  part(entrant: Entrant): void {
    this.line.remove(entrant);
    this.wanted -= entrant.n;
  }

  /** As {@linkcode RateLimiter.retryAfterMs}. */
  retryAfterMs(n: number): number {
    this.requireTokens(n);
    return this.forecast().readyMs(n);
  }

  /** What would happen if nobody came, after those in line; `except` does not count as one of them. */
  forecast(except?: Entrant): Forecast {
    const forecast = this.fork();
    for (let at = this.line.first; at !== undefined; at = at.next) {
      if (at !== except) forecast.take(at.n, Math.max(forecast.readyMs(at.n), at.heldForMs ?? 0));
    }
    return forecast;
  }

  /** Whoever may go, goes. */
  serve(): void {
    let { first } = this.line;
    while (first !== undefined && first.heldForMs === undefined && first.serve()) first = this.line.first;
    if (first !== undefined && first.heldForMs === undefined) return this.expect(first);
    this.forget();
    if (first === undefined) this.emptied();
  }

  /** Somebody else is first in line than before, or nobody is. */
  newFirst(): void {
    this.forget();
    this.serve();
  }

  /** As {@linkcode RateLimiter.snapshot}. */
  snapshot(): RateLimiterSnapshot {
    const { type, name, accounts, most } = this, waiters: WaiterSnapshot[] = [];
    for (let at = this.line.first; at !== undefined; at = at.next) {
      waiters.push(waiterSnapshot(at, at.n, accounts.since(at.stamp)));
    }
    return { type, name, holders: [], waiters, totals: accounts.totals(), available: this.available(), most };
  }

  /** What errors call it. */
  get called(): string {
    return nameOf(this.type.replaceAll("_", " "), this.name);
  }

  /** Checks a number of tokens. */
  requireTokens(n: number): void {
    requireTokens(n, this.most, this.called);
  }
}

/** Reads what all gates are made with. */
export function gateOptions(options: PrimitiveOptions): [name: string | undefined, accounts: Accounts] {
  return [options.name, new Accounts(options)];
}

/** Somebody who waits in `take`. */
class TakeWaiter extends Waiter<void> implements Entrant {
  previous: Entrant | undefined = undefined;
  next: Entrant | undefined = undefined;
  overtaken = 0;
  readonly heldForMs: undefined = undefined;
  readonly stamp: number;
  readonly #gate: Gate;

  constructor(gate: Gate, readonly n: number, readonly level: number, readonly owner: string | undefined) {
    super();
    this.#gate = gate;
    this.stamp = gate.accounts.stamp();
  }

  serve(): boolean {
    const gate = this.#gate;
    if (this.isAborted) {
      gate.part(this);
      gate.accounts.gaveUp("abort");
      this.refuseAborted();
      return true;
    }
    if (!gate.takeNow(this.n)) return false;
    gate.part(this);
    gate.accounts.grants++;
    gate.accounts.served(this.stamp);
    this.grant();
    return true;
  }

  protected override leave(cause: "timeout" | "abort"): void {
    const gate = this.#gate, wasFirst = gate.line.first === this;
    gate.accounts.gaveUp(cause);
    gate.part(this);
    if (wasFirst) gate.newFirst();
  }

  protected override timeoutError(timeoutMs: number): WaitTimeoutError {
    const gate = this.#gate, what = `${this.n} ${this.n === 1 ? "token" : "tokens"} of ${gate.called}`;
    return new WaitTimeoutError(
      what,
      timeoutMs,
      `${gate.available()} can be had now, and ${countAhead<Entrant>(this)} wait ahead`,
    );
  }
}
