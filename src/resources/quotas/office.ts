/**
 * What all books of some quotas share.
 *
 * @module
 */

import { tellListener } from "../../reliability/tell_listener.ts";
import { unitsPerWhole } from "../units.ts";
import type { Account } from "./account.ts";
import { Attic } from "./attic.ts";
import { Book } from "./book.ts";
import { CountedKind } from "./counted_kind.ts";
import type { QuotaFreedListener, QuotaOverage, QuotaOverageListener } from "./decision.ts";
import type { Entry } from "./grant.ts";
import type { QuotaScopeName } from "./scope.ts";
import { QuotaClock } from "./quota_clock.ts";

const UNCOUNTED = new CountedKind("", unitsPerWhole(0)); // no rule may have this name

/** The kinds, the clock, the accounts that nobody uses, and whoever wants to hear of something. */
export class Office {
  /** Tells the time. */
  readonly clock: QuotaClock;
  /** Where accounts go that hold nothing. */
  readonly attic: Attic;
  /** What is counted. */
  readonly kinds: Map<string, CountedKind> = new Map();
  #books = 0;
  #freedListeners: readonly QuotaFreedListener[] = [];
  #overageListeners: readonly QuotaOverageListener[] = [];
  /** The kind that was asked for last: most callers ask for the same again, which saves a look-up in the map. */
  #recent = UNCOUNTED;

  /** Counts nothing yet. */
  constructor(now: () => number) {
    this.clock = new QuotaClock(now);
    this.attic = new Attic(this.clock);
  }

  /** The kind of that name; one without books if no rule counts it. */
  kindOf(name: string): CountedKind {
    if (this.#recent.name === name) return this.#recent;
    const kind = this.kinds.get(name);
    if (kind === undefined) return UNCOUNTED;
    return this.#recent = kind;
  }

  /** Opens the book of a level for a kind, which is counted in these units if it is new. */
  openBook(scope: QuotaScopeName, name: string, perWhole: number): Book {
    let kind = this.kinds.get(name);
    if (kind === undefined) this.kinds.set(name, kind = new CountedKind(name, perWhole));
    const book = new Book(scope, kind, this.#books++);
    kind.books.push(book);
    kind.books.sort((a, b) => a.level - b.level);
    return book;
  }

  /** Counts what all its accounts admit. Returns whether it is to be given back, which what only a rate counts is not. */
  take(grant: Entry): boolean {
    let isHeld = false, isOver = false;
    for (let at: Entry | undefined = grant; at !== undefined; at = at.next) {
      const { account } = at;
      if (!account.isOpen) open(account);
      at.units = account.take(at.units);
      if (account.used === 0) this.attic.take(account);
      if (at.units > 0) isHeld = true;
      if (account.used > account.limits.softUnits) isOver = true;
    }
    if (isOver) this.#noteOverages(grant);
    return isHeld;
  }

  /** Counts what is given back: at most so many units of each kind, or by default all that is left. */
  giveBack(grant: Entry, most?: ReadonlyMap<string, number>): void {
    let isFreed = false;
    for (let at: Entry | undefined = grant; at !== undefined; at = at.next) {
      const { account } = at;
      const units = most === undefined ? at.units : Math.min(most.get(account.kind) ?? 0, at.units);
      if (units === 0) continue;
      at.units -= units;
      isFreed = true;
      account.giveBack(units, account.limits.hasBurst ? this.clock.read() : 0);
      if (account.used === 0) this.attic.take(account);
    }
    if (isFreed) this.tellFreed(grant); // when all is back, for a listener may ask for it
  }

  /** Adds a listener, until the function that it returns is called. */
  onFreed(listener: QuotaFreedListener): () => void {
    const own: QuotaFreedListener = (account) => listener(account); // the same function may listen twice
    this.#freedListeners = [...this.#freedListeners, own];
    return () => {
      this.#freedListeners = this.#freedListeners.filter((other) => other !== own);
    };
  }

  /** Adds a listener, until the function that it returns is called. */
  onOverage(listener: QuotaOverageListener): () => void {
    const own: QuotaOverageListener = (overage) => listener(overage);
    this.#overageListeners = [...this.#overageListeners, own];
    return () => {
      this.#overageListeners = this.#overageListeners.filter((other) => other !== own);
    };
  }

  /** Something was given back, on these accounts; without any, rules have changed. */
  tellFreed(entries?: Entry): void {
    if (this.#freedListeners.length === 0) return;
    if (entries === undefined) callAll(this.#freedListeners, undefined);
    for (let at = entries; at !== undefined; at = at.next) callAll(this.#freedListeners, at.account);
  }

  #noteOverages(grant: Entry): void {
    const overages: QuotaOverage[] = [];
    for (let at: Entry | undefined = grant; at !== undefined; at = at.next) {
      const { account } = at, { scope, key, kind, book: { kind: { perWhole } } } = account;
      for (const limit of account.limits.all) {
        if (limit.type !== "soft" || account.used <= limit.limitUnits) continue;
        limit.overages++;
        account.overages++;
        const used = account.used / perWhole, requested = at.units / perWhole;
        overages.push({ scope, key, kind, name: limit.name, used, requested, limit: limit.limit });
      }
    }
    if (this.#overageListeners.length === 0) return;
    queueMicrotask(() => { // not now: whoever asks is in the middle of a grant, and a listener may do anything
      for (const overage of overages) callAll(this.#overageListeners, overage);
    });
  }
}

function open(account: Account): void {
  account.isOpen = true;
  account.book.accounts.set(account.bookKey, account);
}

/** Calls them all. What one throws is left to the runtime: it is not for whoever was just granted something, or gave it back. */
function callAll<Event>(listeners: readonly ((event: Event) => void)[], event: Event): void {
  for (const listener of listeners) tellListener(listener, event);
}
