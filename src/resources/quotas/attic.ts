/**
 * Where accounts go that hold nothing, until they are forgotten.
 *
 * @module
 */

import { type Timer, timers, type TimerTask } from "../../reliability/timer_wheel.ts";
import type { Account } from "./account.ts";
import type { QuotaClock } from "./quota_clock.ts";

/** How many accounts that hold and owe nothing are kept, in case that they are used again: a map forgets slower than it finds. */
export const RESTING_ACCOUNTS = 256;
/** How many that owe something are looked at whenever one more comes. */
const LOOKS = 2;
/** Below this many there is no timer. */
const FEW = 256;
/** How many are looked at in one turn of the event loop, which takes about a millisecond. */
const LOOKS_OF_A_TURN = 16_384;
const SHORTEST_DELAY_MS = 1000;

/**
 * Forgets accounts without a timer for each.
 *
 * One that owes nothing rests: it takes the place of another one among the last few that came to rest, and that one is forgotten.
 * So all but {@linkcode RESTING_ACCOUNTS} are forgotten at once, and whoever comes often is found again.
 *
 * One with buckets may owe something for a while. It joins a ring, around which a hand moves a few places for each account that
 * joins, and lets whoever owes nothing any more rest; so while accounts come, no more than about twice as many are kept as owe
 * something. If none comes, and there are more than a few, one timer on the shared wheel goes round when all will have paid. It
 * keeps neither the process nor quotas alive that were dropped.
 */
export class Attic {
  readonly #clock: QuotaClock;
  readonly #resting: Account[] = [];
  #oldest = 0;
  readonly #owing: Account[] = [];
  #hand = 0;
  #timer: Timer | undefined = undefined;
  /** How many the timer has still to look at in its round. */
  #leftToLook = 0;
  #longestMs = 0;

  /** Is empty. */
  constructor(clock: QuotaClock) {
    this.#clock = clock;
  }

  /** How many of those in it hold nothing; costs their number. */
  countIdle(): number {
    let idle = 0;
    for (const account of this.#owing) if (account.used === 0) idle++;
    for (const account of this.#resting) if (account.used === 0) idle++;
    return idle;
  }

  /** Whether a timer is set. */
  get isTimed(): boolean {
    return this.#timer !== undefined;
  }

  /** Takes in an account that holds nothing. */
  take(account: Account): void {
    if (account.parking !== "nowhere") return;
    if (account.buckets.length === 0) this.#letRest(account);
    else this.#letOwe(account);
  }

  /** Forgets all that hold and owe nothing. */
  sweep(): void {
    this.#hand = 0;
    const micros = this.#clock.read();
    for (let left = this.#owing.length; left > 0; left--) this.#look(micros);
    const resting = this.#resting.splice(0);
    this.#oldest = 0;
    for (const account of resting) this.#release(account);
    this.#watch();
  }

  /** Called when the timer has fired: goes round, or one part of it. */
  goRound(): void {
    this.#timer = undefined;
    if (this.#leftToLook === 0) {
      this.#leftToLook = this.#owing.length;
      this.#longestMs = 0;
    }
    const micros = this.#clock.read(), looks = Math.min(this.#leftToLook, LOOKS_OF_A_TURN, this.#owing.length);
    for (let look = 0; look < looks; look++) {
      const account = this.#look(micros);
      if (account !== undefined) this.#longestMs = Math.max(this.#longestMs, account.microsUntilRest() / 1000);
    }
    this.#leftToLook = Math.min(this.#leftToLook - looks, this.#owing.length);
    this.#watch();
  }

  #letRest(account: Account): void {
    account.parking = "resting";
    const place = this.#oldest, last = this.#resting[place];
    this.#resting[place] = account;
    this.#oldest = (place + 1) % RESTING_ACCOUNTS;
    if (last !== undefined) this.#release(last);
  }

  #letOwe(account: Account): void {
    account.parking = "owing";
    this.#owing.push(account);
    if (this.#owing.length <= LOOKS) return;
    const micros = this.#clock.read();
    for (let look = 0; look < LOOKS; look++) this.#look(micros);
    if (this.#owing.length > FEW && this.#timer === undefined) {
      this.#longestMs = Math.max(this.#longestMs, account.microsUntilRest() / 1000);
      this.#watch();
    }
  }

  /** Looks at the account at the hand, and returns it if it stays. */
  #look(micros: number): Account | undefined {
    const owing = this.#owing;
    if (this.#hand >= owing.length) this.#hand = 0;
    const account = owing[this.#hand];
    if (account === undefined) return undefined;
    if (account.used === 0 && !account.owesNothing(micros)) {
      this.#hand++;
      return account;
    }
    const last = owing.pop();
    if (last !== undefined && last !== account) owing[this.#hand] = last;
    account.parking = "nowhere"; // whoever holds something comes again
    if (account.used === 0) this.#letRest(account);
    return undefined;
  }

  /** Lets one go that has rested, unless it was used meanwhile. */
  #release(account: Account): void {
    account.parking = "nowhere";
    if (account.used > 0) return;
    if (account.buckets.length === 0 || account.owesNothing(this.#clock.read())) return forget(account);
    account.parking = "owing";
    this.#owing.push(account);
  }

  #watch(): void {
    const isNeeded = this.#owing.length > FEW;
    if (isNeeded && this.#timer === undefined) {
      const delayMs = this.#leftToLook > 0 ? 0 : Math.max(this.#longestMs, SHORTEST_DELAY_MS);
      this.#timer = timers.scheduleInBackground(delayMs, new Round(this));
    } else if (!isNeeded && this.#timer !== undefined) {
      timers.cancel(this.#timer);
      this.#timer = undefined;
      this.#leftToLook = 0;
    }
  }
}

/** What the timer holds. */
class Round implements TimerTask {
  readonly #attic: WeakRef<Attic>;

  constructor(attic: Attic) {
    this.#attic = new WeakRef(attic);
  }

  fire(): void {
    this.#attic.deref()?.goRound();
  }
}

function forget(account: Account): void {
  account.isOpen = false;
  account.book.accounts.delete(account.bookKey);
}
