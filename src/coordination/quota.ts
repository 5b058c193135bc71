/**
 * A limit that is shared out: so much in all, so much for each.
 *
 * @module
 */

import type { Contested, ContestedWait, LetsGo } from "./deadlocks/contested.ts";
import { isUniqueOwner } from "./deadlocks/unique_owner.ts";
import { tellGrant, tellLess } from "./deadlocks/watch.ts";
import { Accounts, type HolderSnapshot, nameOf } from "./primitive.ts";
import { type OwnerAccount, OwnerAccounts } from "./owner_accounts.ts";
import type { QuotaOptions, QuotaSnapshot } from "./quota_options.ts";
import { describeShortage, QuotaExceededError, type QuotaShortage } from "./quota_shortage.ts";
import { type QuotaShare, Share, type Want } from "./quota_share.ts";
import { QuotaLine, QuotaWant } from "./quota_line.ts";
import { requireCount } from "./require_count.ts";
import { TurnLine } from "./turn_line.ts";
import { ownTurnOptions, requireOwner, type TurnOptions } from "./turn_options.ts";
import { WaitLine } from "./wait_line.ts";
import { WaitTimeoutError } from "./waiter.ts";

const COUNTS = { min: 0, max: Number.MAX_SAFE_INTEGER };

/**
 * Shares out a limit among owners: none may hold more than its own, nor all together more than there is.
 *
 * Waiters are served by urgency, in order of arrival, and a small request overtakes no large one; but who waits only
 * because its own owner is at its limit holds nobody else up. Limits can be changed at any time: what is held stays
 * held, and nothing is granted until it is within the limit again. A request beyond a limit is refused at once, for
 * it could wait for ever. While nobody waits, every method is O(1); who waits costs O(log n) for n owners who wait when it
 * comes, is served or gives up, and as many steps as it overtakes. To change a limit costs a step for each who waits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Quota } from "./quota.ts";
 *
 * const calls = new Quota(10, { ownerLimit: 6, name: "calls" });
 * const share = calls.tryAcquire(4, "ann");
 * assertEquals([calls.used, calls.usedBy("ann")], [4, 4]);
 * assertEquals(calls.tryAcquire(3, "ann"), undefined);
 * assertEquals(calls.shortage(3, "ann"), { reason: "owner limit", requested: 3, used: 4, limit: 6, owner: "ann" });
 * const waits = calls.withQuota(3, () => calls.used, { owner: "ann", timeoutMs: 60_000 });
 * share?.release();
 * assertEquals(await waits, 3);
 * ```
 */
export class Quota {
  readonly #name: string | undefined;
  readonly #accounts: Accounts;
  readonly #line: TurnLine<QuotaShare, QuotaWant>;
  readonly #queue: QuotaLine;
  readonly #shares = new WaitLine<Share>();
  readonly #owners: OwnerAccounts;
  readonly #contest: Contested;
  #limit: number;
  #used = 0;

  /**
   * Makes a quota.
   *
   * @param limit What all may hold together: an integer, at least 0.
   * @throws {RangeError} If it, or an owner's limit, is none.
   */
  constructor(limit: number, options?: QuotaOptions) {
    requireCount("make a quota with limit", limit, { ...COUNTS, advice: "give it what all may hold together" });
    const ownerLimit = options?.ownerLimit;
    if (ownerLimit !== undefined) {
      requireCount("make a quota with ownerLimit", ownerLimit, { ...COUNTS, advice: "leave it out for none" });
    }
    this.#limit = limit;
    this.#owners = new OwnerAccounts(ownerLimit ?? Infinity);
    this.#queue = new QuotaLine(this.#owners);
    this.#name = options?.name;
    this.#accounts = new Accounts(options);
    this.#contest = this.#contested();
    this.#line = new TurnLine(this.#accounts, {
      timeoutError: ({ want }, timeoutMs) => this.#timeoutError(want, timeoutMs),
      contested: this.#contest,
      shareOf: ({ amount }) => amount,
      left: ({ want }) => {
        this.#noLongerWaits(want);
        this.#serve();
      },
    });
    for (const [owner, own] of Object.entries(options?.ownerLimits ?? {})) this.setOwnerLimit(owner, own);
  }

  /** What people call it. */
  get name(): string | undefined {
    return this.#name;
  }

  /** What is held in all. */
  get used(): number {
    return this.#used;
  }

  /** What may be held in all. */
  get limit(): number {
    return this.#limit;
  }

  /** How many wait. */
  get waiters(): number {
    return this.#line.size;
  }

  /** What an owner holds. */
  usedBy(owner: string): number {
    return this.#owners.find(owner).used;
  }

  /** What an owner may hold; `Infinity` if that is as much as there is. */
  limitOf(owner: string): number {
    return this.#owners.limitOf(this.#owners.find(owner));
  }

  /**
   * Consumes an amount if that is within the limits and nobody waits ahead; `undefined` means "not now": {@linkcode
   * shortage} tells why.
   *
   * @param amount An integer, at least 1.
   * @throws {RangeError} If the amount is none.
   * @throws {TypeError} If the owner is an empty string, or none at all.
   */
  tryAcquire(amount: number, owner?: string): QuotaShare | undefined {
    this.#requireAmount(amount);
    if (owner !== undefined) requireOwner(owner);
    const account = this.#owners.find(owner);
    return this.#isGrantable(amount, account) ? this.#take(amount, account) : undefined;
  }

  /**
   * Why {@linkcode tryAcquire} would answer `undefined`; `undefined` if it would not.
   *
   * @throws What `tryAcquire` throws.
   */
  shortage(amount: number, owner?: string): QuotaShortage | undefined {
    this.#requireAmount(amount);
    if (owner !== undefined) requireOwner(owner);
    const account = this.#owners.find(owner);
    return this.#isGrantable(amount, account) ? undefined : this.#shortage(amount, account);
  }

  /**
   * Consumes an amount, when that is within the limits.
   *
   * @param amount An integer, at least 1.
   * @throws {QuotaExceededError} If it is more than the limit, or becomes so while it waits because a limit is lowered.
   * @throws {WaitTimeoutError} If it could not be had within `timeoutMs`; the message tells what was used, and the limit.
   * @throws {RangeError} If the amount or `timeoutMs` is out of range.
   * @throws {TypeError} If `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never consumes.
   */
  acquire(amount: number, options?: TurnOptions): Promise<QuotaShare> {
    try {
      const own = ownTurnOptions(options);
      this.#requireAmount(amount);
      const account = this.#owners.find(own?.owner);
      if (this.#isGrantable(amount, account)) return Promise.resolve(this.#take(amount, account));
      if (this.#isHopeless(amount, account)) return Promise.reject(this.#exceeded(amount, account));
      return this.#wait(new QuotaWant(amount, account), own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Consumes an amount, calls `fn`, and gives it back when that has returned, thrown or settled; answers what `fn` does. */
  async withQuota<Result>(
    amount: number,
    fn: () => Result | PromiseLike<Result>,
    options?: TurnOptions,
  ): Promise<Result> {
    const share = await this.acquire(amount, options);
    try {
      return await fn();
    } finally {
      share.release();
    }
  }

  /**
   * Changes what all may hold together, and serves whom that helps; whoever waits for more is refused.
   *
   * @param limit An integer, at least 0.
   * @throws {RangeError} If it is none.
   */
  setLimit(limit: number): void {
    requireCount(`set ${this.#what()} to limit`, limit, { ...COUNTS, advice: "set it to 0 to refuse everybody" });
    this.#limit = limit;
    this.#refuseHopeless();
    this.#serve();
    tellLess(this.#contest);
  }

  /**
   * Changes what one owner may hold, and serves whom that helps; whoever waits for more is refused.
   *
   * @param limit An integer, at least 0; `undefined` for what owners may hold who have no limit of their own.
   * @throws {RangeError} If it is none.
   * @throws {TypeError} If the owner is an empty string, or none at all.
   */
  setOwnerLimit(owner: string, limit: number | undefined): void {
    if (limit !== undefined) {
      requireCount(`set ${this.#what()} for owner "${owner}" to limit`, limit, {
        ...COUNTS,
        advice: "set it to undefined for the limit that all owners have",
      });
    }
    requireOwner(owner);
    const account = this.#owners.find(owner);
    account.ownLimit = limit;
    this.#owners.keep(account);
    this.#refuseHopeless();
    this.#queue.refresh(account);
    this.#serve();
    this.#owners.tidy(account);
    tellLess(this.#contest);
  }

  /** How it stands. Each share is a holder of its own. */
  snapshot(): QuotaSnapshot {
    const holders: HolderSnapshot[] = [];
    for (let share = this.#shares.first; share !== undefined; share = share.next) {
      holders.push({ owner: share.owner, holds: share.amount, ageMs: this.#accounts.since(share.stampMs) });
    }
    return {
      type: "quota",
      name: this.#name,
      holders,
      waiters: this.#line.snapshots(({ amount }) => amount),
      totals: this.#accounts.totals(),
      used: this.#used,
      limit: this.#limit,
      owners: this.#owners.usages(),
    };
  }

  #what(): string {
    return nameOf("quota", this.#name);
  }

  /** How whoever looks for deadlocks sees it. */
  #contested(): Contested {
    const line = () => this.#line, shares = this.#shares;
    return {
      noun: "quota",
      name: this.#name,
      *holdings() {
        for (let share = shares.first; share !== undefined; share = share.next) {
          yield { owner: share.owner, share: share.amount };
        }
      },
      *waits() {
        for (let waiter = line().first; waiter !== undefined; waiter = waiter.next) yield waiter;
      },
      served: (letsGo) => this.#served(letsGo),
    };
  }

  /**
   * As {@linkcode #serve}, after all for whom `letsGo` answers true have given back what they have. What an owner of several tasks holds
   * itself stops no wait of its own; but as it may also be kept, whoever its own limit would stop holds nobody else up.
   */
  *#served(letsGo: LetsGo): Generator<ContestedWait> {
    const used = new Map<OwnerAccount, number>(), heldUp = new Set<OwnerAccount>();
    let all = 0;
    const add = ({ account, amount }: Want) => {
      if (letsGo(account.owner)) return;
      all += amount;
      used.set(account, (used.get(account) ?? 0) + amount);
    };
    for (let share = this.#shares.first; share !== undefined; share = share.next) add(share.want);
    for (let waiter = this.#line.first; waiter !== undefined; waiter = waiter.next) {
      const { want } = waiter, { account, amount } = want;
      if (heldUp.has(account)) continue;
      const { owner } = account, held = used.get(account) ?? 0, mostHeld = this.#owners.limitOf(account);
      const kept = owner === undefined || isUniqueOwner(owner) ? held : 0;
      if (all - held + kept + amount <= this.#limit && kept + amount <= mostHeld) {
        yield waiter;
        add(want);
      } else if (held + amount > mostHeld) heldUp.add(account);
      else if (!letsGo(owner)) return;
    }
  }

  #requireAmount(amount: number): void {
    requireCount(`acquire from ${this.#what()} the amount`, amount, {
      ...COUNTS,
      min: 1,
      advice: "count in whole units",
    });
  }

  /** A waiter ahead matters if its owner is the same, or if the limit in all holds it up. */
  #isGrantable(amount: number, account: OwnerAccount): boolean {
    return !this.#queue.isHeldUp && !account.isWaiting &&
      this.#used + amount <= this.#limit && account.used + amount <= this.#owners.limitOf(account);
  }

  #isHopeless(amount: number, account: OwnerAccount): boolean {
    return amount > this.#limit || amount > this.#owners.limitOf(account);
  }

  #take(amount: number, account: OwnerAccount): QuotaShare {
    this.#accounts.grants++;
    return this.#grant(amount, account);
  }

  #grant(amount: number, account: OwnerAccount): Share {
    this.#used += amount;
    account.used += amount;
    this.#owners.keep(account);
    const share = new Share({ amount, account }, this.#accounts.stamp(), this.#giveBack);
    this.#shares.insertAfter(this.#shares.last, share);
    tellGrant(account.owner);
    return share;
  }

  /** One function for all shares. */
  readonly #giveBack = (share: Share): void => {
    const { amount, account } = share.want;
    this.#shares.remove(share);
    this.#used -= amount;
    account.used -= amount;
    if (this.#line.first !== undefined) {
      this.#queue.refresh(account);
      this.#serve();
    }
    this.#owners.tidy(account);
  };

  #wait(want: QuotaWant, options: TurnOptions | undefined): Promise<QuotaShare> {
    const waiter = this.#line.place(want, options);
    this.#owners.keep(want.account);
    this.#queue.enter(waiter, this.#line.last);
    this.#line.begin(waiter, options);
    this.#serve(); // it may have gone ahead of whoever the limit in all holds up
    return waiter.promise;
  }

  #noLongerWaits(want: QuotaWant): void {
    this.#queue.leave(want);
    this.#owners.tidy(want.account);
  }

  /** Serves whoever is first in line of those within their own limits, until the limit in all holds that one up. */
  #serve(): void {
    for (let waiter = this.#queue.first; waiter !== undefined; waiter = this.#queue.first) {
      const { want } = waiter, { amount, account } = want;
      if (waiter.isAborted) this.#line.dismiss(waiter);
      else if (this.#used + amount > this.#limit) return;
      else this.#line.serve(waiter, this.#grant(amount, account));
      this.#noLongerWaits(want);
    }
  }

  #refuseHopeless(): void {
    for (let waiter = this.#line.first; waiter !== undefined;) {
      const { want, next } = waiter;
      if (this.#isHopeless(want.amount, want.account)) {
        this.#line.refuse(waiter, this.#exceeded(want.amount, want.account));
        this.#noLongerWaits(want);
      }
      waiter = next;
    }
  }

  #exceeded(amount: number, account: OwnerAccount): QuotaExceededError {
    return new QuotaExceededError(this.#what(), this.#shortage(amount, account));
  }

  #timeoutError({ amount, account }: Want, timeoutMs: number): WaitTimeoutError {
    const what = `${amount} of ${this.#what()}`;
    return new WaitTimeoutError(what, timeoutMs, describeShortage(this.#shortage(amount, account)));
  }

  #shortage(amount: number, account: OwnerAccount): QuotaShortage {
    const { owner, used } = account;
    const ownLimit = this.#owners.limitOf(account);
    if (used + amount > ownLimit) return { reason: "owner limit", requested: amount, used, limit: ownLimit, owner };
    const reason = this.#used + amount > this.#limit ? "limit" : "waiters";
    return { reason, requested: amount, used: this.#used, limit: this.#limit, owner };
  }
}
