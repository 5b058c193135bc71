/**
 * Where a pool's objects are, and who gets them.
 *
 * @module
 */

import { PlacesContest } from "../../coordination/deadlocks/places_contest.ts";
import { tellBegin, waitWatch } from "../../coordination/deadlocks/watch.ts";
import { Checks } from "./checks.ts";
import { type CreationHost, Creations } from "./creations.ts";
import { Endings } from "./endings.ts";
import { Entry } from "./entry.ts";
import { ObjectCreationError, PoolClosedError } from "./errors.ts";
import { type IdleHost, IdleObjects } from "./idle_objects.ts";
import { ObjectLoan } from "./loan.ts";
import { ObjectLine } from "./object_line.ts";
import type { ObjectWaiter, StateWaiter } from "./object_waiter.ts";
import type { PoolSettings } from "./options.ts";
import { Refill } from "./refill.ts";
import { type ObjectPoolSnapshot, PoolFigures } from "./snapshot.ts";

/** By how much lifetimes are shortened at most, so that they do not end together. */
const LIFETIME_SPREAD = 0.025;

/**
 * Keeps the books of a pool. An object is idle, lent, being checked or being destroyed; one that is being made has a place among
 * the creations; all of them together are never more than `max`.
 *
 * Whatever happens ends in {@linkcode serve}, which lends what is idle to whoever is first in line, sees to it that as many
 * objects are on their way as waiters will need, and no more, and notices when a drained pool is empty. Every call of the user's
 * code finds the books in order, for it may call the pool again.
 */
export class ObjectKeeper<T> implements CreationHost<T>, IdleHost<T> {
  readonly settings: PoolSettings<T>;
  /** Those who wait for an object. Nobody who comes later gets one before them. */
  readonly line: ObjectLine<T> = new ObjectLine();
  /** Those who wait for `min` objects, for every loan to be back, and for the end of what is not lent. */
  readonly warming: Set<StateWaiter<T>> = new Set();
  readonly draining: Set<StateWaiter<T>> = new Set();
  readonly closing: Set<StateWaiter<T>> = new Set();
  readonly figures: PoolFigures = new PoolFigures();
  /** Why the last attempt to create failed. */
  lastCreationError: unknown = undefined;
  state: ObjectPoolSnapshot["state"] = "open";
  readonly #contest: PlacesContest;
  readonly #idle: IdleObjects<T> = new IdleObjects(this);
  readonly #creations: Creations<T> = new Creations(this);
  readonly #checks: Checks<T>;
  readonly #endings: Endings<T>;
  readonly #refill: Refill<T>;
  #loaned = 0;
  /** Being destroyed in a place of the pool; others came too late to have one. */
  #dying = 0;
  #tickets = 0;
  #latestMs = -Infinity;
  /** Whether an idle object can be lent without a look at it; if so, neither the clock nor the user's code is asked. */
  #lendsUnseen: boolean;
  /** Whether an object can be laid on the stack as it comes back. */
  #takesUnseen: boolean;
  /** Whether something depends on when an object was laid down. */
  readonly #timed: boolean;
  /** Whether its age, or how long it was idle, matters when it is lent. */
  readonly #agesWhenLent: boolean;
  /** Whether even an object that comes back is checked before it is lent. */
  readonly #mustCheck: boolean;
  #serving = false;
  #serveAgain = false;

  /** An empty pool. */
  constructor(settings: PoolSettings<T>) {
    const { validate, validateAfterIdleMs, idleTimeoutMs, maxLifetimeMs, maxUses } = settings;
    this.settings = settings;
    const kind = { noun: "object pool", name: settings.name, capacity: settings.max };
    this.#contest = new PlacesContest(kind, () => this.line.inOrder());
    this.#checks = new Checks(settings, (entry, works) => this.#checked(entry, works));
    this.#endings = new Endings(settings, this.figures);
    this.#refill = new Refill(settings, () => this.serve());
    this.#agesWhenLent = maxLifetimeMs < Infinity || (validate !== undefined && validateAfterIdleMs > 0);
    this.#timed = this.#agesWhenLent || idleTimeoutMs < Infinity;
    this.#mustCheck = validate !== undefined && validateAfterIdleMs === 0;
    this.#takesUnseen = !this.#timed && maxUses === Infinity;
    this.#lendsUnseen = this.#takesUnseen && validate === undefined;
  }

  /** An idle object that can be lent at once, if nobody waits. `orWaits` says that the caller joins the line if there is none. */
  tryLend(owner: string | undefined, orWaits: boolean): ObjectLoan<T> | undefined {
    if (this.line.size > 0) return undefined;
    if (!this.#lendsUnseen) return this.#tryLendSeen(owner, orWaits);
    const entry = this.#idle.stack.pop();
    return entry === undefined ? undefined : this.#lend(entry, owner);
  }

  /** Puts a waiter in line. */
  join(waiter: ObjectWaiter<T>): void {
    this.line.join(waiter);
    tellBegin(waiter, this.#contest);
    this.serve();
  }

  /** Lets a waiter go who has given up; what is being made for it will be somebody else's, or idle. */
  leave(waiter: ObjectWaiter<T>): void {
    this.line.remove(waiter);
    this.serve();
  }

  /** Takes back what was lent. */
  giveBack(entry: Entry<T>): void {
    this.#loaned--;
    if (this.#takesUnseen) {
      if (this.line.size === 0) {
        this.#idle.stack.push(entry);
        return;
      }
      if (!this.#mustCheck && this.#creations.resting.size === 0) return this.#supply(entry);
    }
    const nowMs = this.#timed ? this.nowMs() : 0;
    if (this.#isWorn(entry, nowMs)) this.#destroy(entry);
    else if (this.line.size === 0) return this.#layDown(entry, nowMs); // the pool is open, or it would be worn
    else if (this.#mustCheck) this.#layDown(entry, nowMs);
    else this.#supply(entry);
    this.serve();
  }

  /** Takes back what was lent and is broken. */
  discard(entry: Entry<T>): void {
    this.#loaned--;
    this.#destroy(entry);
    this.serve();
  }

  /** Replaces lost objects up to `min` from now on. */
  refill(): void {
    this.#refill.wanted = true;
    this.serve();
  }

  /** Lends nothing to whoever comes from now on. */
  drain(): void {
    if (this.state === "open") this.#stop("draining");
    this.serve();
  }

  /** Lends nothing to anybody from now on. */
  close(): void {
    if (this.state !== "closed") {
      this.#stop("closed");
      const reason = new PoolClosedError(this.settings.name);
      for (let first = this.line.first; first !== undefined; first = this.line.first) this.#refuse(first, reason);
      this.#creations.abort(reason);
    }
    this.serve();
  }

  /** A number above all that were given out before. */
  nextTicket(): number {
    return this.#tickets++;
  }

  nowMs(): number {
    const now = this.settings.clock();
    if (now > this.#latestMs) this.#latestMs = now;
    return this.#latestMs;
  }

  surplus(): number {
    return this.#alive - this.settings.min;
  }

  /** How the pool stands, for an error. */
  describe(): string {
    return `of at most ${this.settings.max}, ${this.#loaned} are lent, ${this.#idle.stack.length} are idle and ` +
      `${this.#creations.size} are being made`;
  }

  snapshot(): ObjectPoolSnapshot {
    const oldestMs = this.line.oldestArrivalMs();
    return {
      state: this.state,
      min: this.settings.min,
      max: this.settings.max,
      size: this.#alive + this.#dying,
      idle: this.#idle.stack.length,
      loaned: this.#loaned,
      validating: this.#checks.size,
      destroying: this.#endings.size,
      creating: this.#creations.size,
      abandoned: this.#creations.abandoned,
      waiters: this.line.size,
      oldestWaitMs: oldestMs === undefined ? undefined : this.nowMs() - oldestMs,
      ...this.figures,
    };
  }

  /** Does whatever has become possible or necessary. */
  serve(): void {
    this.#serveAgain = true;
    if (this.#serving) return; // the user's code has called from within: the loop below goes round once more
    this.#serving = true;
    try {
      while (this.#serveAgain) {
        this.#serveAgain = false;
        this.#lendIdle();
        this.#create();
        this.#finish();
      }
    } finally {
      this.#serving = false;
    }
  }

  created(object: T): void {
    this.figures.created++;
    this.#refill.succeeded();
    this.#supply(new Entry(object, this.#expiryMs()));
    this.serve();
  }

  createdInVain(object: T, destroyed: () => void): void {
    this.figures.created++;
    this.#endings.end(object, () => {
      destroyed();
      this.serve();
    });
  }

  wantsRetry(error: unknown, attempts: number): boolean {
    this.figures.creationFailures++;
    this.lastCreationError = error;
    return this.#creations.size <= this.#wanted() && attempts <= this.settings.retry.maxRetries;
  }

  gaveUp(cause: unknown, attempts: number): void {
    const others = this.#creations.size;
    if (others < this.#wanted()) {
      const error = new ObjectCreationError(this.settings.name, attempts, cause);
      const { first } = this.line;
      if (first !== undefined && others < this.line.size - this.#checks.size) this.#refuse(first, error);
      else this.#refuseWarming(error);
    }
    if (this.#missing() > 0) this.#refill.putOff();
    this.serve();
  }

  expired(entries: readonly Entry<T>[]): void {
    // Their places, before the user's code is called.
    this.#dying += entries.length;
    for (const entry of entries) this.#destroyInPlace(entry);
    this.serve();
  }

  /** Objects that are of use. */
  get #alive(): number {
    return this.#idle.stack.length + this.#loaned + this.#checks.size;
  }

  /** How many creations somebody waits for. */
  #wanted(): number {
    return Math.max(this.line.size - this.#checks.size, this.warming.size > 0 ? this.settings.min - this.#alive : 0, 0);
  }

  /** How many objects there are below `min`, even with those that are being made. */
  #missing(): number {
    return this.state === "open" ? this.settings.min - this.#alive - this.#creations.size : 0;
  }

  #hasRoom(): boolean {
    return this.#alive + this.#dying + this.#creations.size < this.settings.max;
  }

  #lend(entry: Entry<T>, owner: string | undefined): ObjectLoan<T> {
    this.#loaned++;
    this.figures.acquired++;
    entry.uses++;
    const loan = new ObjectLoan(this, entry, owner);
    if (waitWatch.current !== undefined) this.#contest.granted(loan);
    return loan;
  }

  /**
   * Looks at idle objects until one works. What is destroyed is replaced afterwards, or this might never find an end; and if the
   * caller is about to wait, even after that, so that it is known what it is replaced for.
   */
  #tryLendSeen(owner: string | undefined, orWaits: boolean): ObjectLoan<T> | undefined {
    if (this.#serving) return undefined; // the user's code has called from within a look: whoever that is for comes first
    let loan: ObjectLoan<T> | undefined;
    this.#serving = true;
    try {
      const entry = this.#takeIdle(orWaits);
      if (entry !== undefined) loan = this.#lend(entry, owner);
    } finally {
      this.#serving = false;
    }
    if (this.#serveAgain && (loan !== undefined || !orWaits)) this.serve();
    return loan;
  }

  /** Gives an object to whoever is first in line; if nobody waits, it is idle. */
  #supply(entry: Entry<T>): void {
    const { first } = this.line;
    if (first !== undefined) {
      this.line.remove(first);
      first.grant(this.#lend(entry, first.owner));
    } else if (this.state === "open") this.#layDown(entry, this.#timed ? this.nowMs() : 0);
    else this.#destroy(entry);
  }

  #layDown(entry: Entry<T>, nowMs: number): void {
    if (!this.#timed) this.#idle.stack.push(entry);
    else {
      entry.idleSinceMs = nowMs;
      this.#idle.push(entry);
    }
  }

  /** Whether an object that comes back is of no more use. */
  #isWorn(entry: Entry<T>, nowMs: number): boolean {
    if (this.state !== "open" && this.line.size === 0) return true;
    return entry.uses >= this.settings.maxUses || entry.expiresAtMs <= nowMs;
  }

  #lendIdle(): void {
    while (this.line.size > this.#checks.size && this.#idle.stack.length > 0) {
      const entry = this.#takeIdle(true);
      if (entry !== undefined) this.#supply(entry);
    }
  }

  /**
   * Takes the first idle object that works; `undefined` if there is none, or if one is being checked first, which will be
   * supplied. A check that takes time is only begun for somebody who waits.
   */
  #takeIdle(waits: boolean): Entry<T> | undefined {
    const { validate, validateAfterIdleMs } = this.settings;
    for (let entry = this.#idle.stack.pop(); entry !== undefined; entry = this.#idle.stack.pop()) {
      const nowMs = this.#agesWhenLent ? this.nowMs() : 0;
      if (entry.expiresAtMs <= nowMs) this.#destroy(entry);
      else if (validate === undefined) return entry;
      else if (validateAfterIdleMs > 0 && nowMs - entry.idleSinceMs < validateAfterIdleMs) return entry;
      else if (!waits && this.#checks.takeTime) {
        this.#idle.stack.push(entry);
        return undefined;
      } else {
        const works = this.#checks.check(entry);
        if (works === true) return entry;
        if (works === undefined) return undefined;
        this.#throwAway(entry);
      }
    }
    return undefined;
  }

  #checked(entry: Entry<T>, works: boolean): void {
    if (works) this.#supply(entry);
    else this.#throwAway(entry);
    this.serve();
  }

  #throwAway(entry: Entry<T>): void {
    this.figures.broken++;
    this.#destroy(entry);
  }

  #create(): void {
    while (this.#creations.size < this.#wanted() && this.#hasRoom()) this.#creations.start();
    if (this.#creations.resting.size > 0) this.#trim();
    while (this.#refill.due && this.#missing() > 0 && this.#hasRoom()) this.#creations.start();
  }

  /** Gives up what waits to be tried again and is not needed; if it was for `min`, without anybody who waits, that is tried later. */
  #trim(): void {
    const wanted = this.#wanted();
    const lacking = this.#refill.wanted ? this.settings.min - this.#alive : 0;
    this.#creations.trim(wanted === 0 ? Infinity : this.#creations.size - Math.max(wanted, lacking));
    if (wanted === 0 && this.#missing() > 0) this.#refill.putOff();
  }

  #finish(): void {
    if (this.warming.size > 0 && this.#alive >= this.settings.min) grantAll(this.warming);
    if (this.state === "open" || this.line.size > 0) return;
    const idle = this.#idle.clear();
    if (idle.length > 0) return this.expired(idle);
    this.#creations.abort(new PoolClosedError(this.settings.name));
    if (this.#checks.size + this.#creations.size + this.#endings.size > 0) return;
    if (this.#loaned === 0) {
      this.state = "closed";
      grantAll(this.draining);
    }
    if (this.state === "closed") grantAll(this.closing);
  }

  #stop(state: "draining" | "closed"): void {
    this.state = state;
    this.#takesUnseen = this.#lendsUnseen = false;
    this.#refill.stop();
    this.#refuseWarming(new PoolClosedError(this.settings.name));
  }

  #refuse(waiter: ObjectWaiter<T>, reason: unknown): void {
    this.line.remove(waiter);
    waiter.refuse(reason);
  }

  #refuseWarming(reason: unknown): void {
    const waiters = [...this.warming];
    this.warming.clear();
    for (const waiter of waiters) waiter.refuse(reason);
  }

  #destroy(entry: Entry<T>): void {
    this.#serveAgain = true; // one fewer: it may have to be replaced
    this.#dying++;
    this.#destroyInPlace(entry);
  }

  #destroyInPlace(entry: Entry<T>): void {
    this.#endings.end(entry.value, () => {
      this.#dying--;
      this.serve();
    });
  }

  #expiryMs(): number {
    const { maxLifetimeMs, random } = this.settings;
    if (maxLifetimeMs === Infinity) return Infinity;
    return this.nowMs() + maxLifetimeMs * (1 - LIFETIME_SPREAD * random());
  }
}

function grantAll<T>(waiters: Set<StateWaiter<T>>): void {
  for (const waiter of waiters) waiter.grant();
  waiters.clear();
}
