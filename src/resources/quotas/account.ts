/**
 * What one holds and owes, of one kind.
 *
 * @module
 */

import type { Book } from "./book.ts";
import { Bucket, MICROS_PER_SECOND } from "./bucket.ts";
import type { QuotaAccountName } from "./decision.ts";
import type { Limit } from "./limit.ts";
import type { Limits } from "./limits.ts";
import type { QuotaScopeName } from "./scope.ts";

/** Where an account stands that nobody uses; see `attic.ts`. */
export type Parking = "nowhere" | "resting" | "owing";

const NO_BUCKETS: readonly Bucket[] = [];

/**
 * The account of one key for one kind. `used` is exactly what is held: it goes up and down by integers.
 *
 * Invariant: it stands in its book from the first grant until it holds nothing and all its buckets are full again, or longer.
 */
export class Account implements QuotaAccountName {
  /** Where it is kept. */
  readonly book: Book;
  /** Its key in the book. */
  readonly bookKey: string;
  /** What applies to it. */
  limits: Limits;
  /** What is held, in units. */
  used = 0;
  /** One for each rule that has one, in the order of `limits.bucketed`. */
  buckets: readonly Bucket[];
  /** Whether it stands in its book; if not, another one may stand there. */
  isOpen = false;
  /** Whether it is among those that may be forgotten. */
  parking: Parking = "nowhere";
  /** How often it was refused something, since it was opened. */
  refusals = 0;
  /** How often it was granted something beyond a soft limit, since it was opened. */
  overages = 0;

  /**
   * Makes one that holds and owes nothing; `micros` is the present if there are buckets.
   *
   * @throws {TypeError} If the key is not a string.
   */
  constructor(book: Book, bookKey: string, micros: number) {
    if (typeof bookKey !== "string") {
      throw new TypeError(
        `Cannot count ${book.kind.name} for ${book.scope} ${
          String(bookKey)
        }: expected a name, got ${typeof bookKey}; pass a string`,
      );
    }
    const limits = book.limitsOf(bookKey);
    this.book = book;
    this.bookKey = bookKey;
    this.limits = limits;
    this.buckets = limits.bucketed.length === 0 ? NO_BUCKETS : limits.bucketed.map(() => new Bucket(micros));
  }

  get scope(): QuotaScopeName {
    return this.book.scope;
  }

  get key(): string | undefined {
    return this.book.scope === "global" ? undefined : this.bookKey;
  }

  get kind(): string {
    return this.book.kind.name;
  }

  /** Whether it may take so much more now. Hot path: one comparison, unless there are buckets. */
  admits(units: number, micros: number): boolean {
    const { limits } = this;
    return this.used + units <= limits.mostUnits && (!limits.hasBuckets || this.#bucketsAdmit(units, micros));
  }

  /** Takes what it admits; the same `micros`. Returns how much of it is held, and so comes back. */
  take(units: number): number {
    const { limits } = this;
    for (let i = 0; i < this.buckets.length; i++) {
      if (limits.bucketed[i]!.type === "rate") this.buckets[i]!.take(units);
    }
    if (!limits.countsHeld) return 0;
    this.used += units;
    return units;
  }

  /** Gives back what was held; `micros` is the present if there is a burst. */
  giveBack(units: number, micros: number): void {
    if (this.limits.hasBurst) this.settle(micros);
    this.used -= units;
  }

  /** Brings its buckets up to the present. */
  settle(micros: number): void {
    for (let i = 0; i < this.buckets.length; i++) {
      const limit = this.limits.bucketed[i]!;
      this.buckets[i]!.settle(micros, flowOf(limit, this.used), denominatorOf(limit));
    }
  }

  /** Whether it owes nothing now. */
  owesNothing(micros: number): boolean {
    this.settle(micros);
    for (let i = 0; i < this.buckets.length; i++) if (this.buckets[i]!.missing > 0) return false;
    return true;
  }

  /** After how many microseconds it will owe nothing, if nobody comes. */
  microsUntilRest(): number {
    let micros = 0;
    for (let i = 0; i < this.buckets.length; i++) {
      const limit = this.limits.bucketed[i]!;
      micros = Math.max(micros, this.buckets[i]!.microsUntil(0, flowOf(limit, this.used), denominatorOf(limit)));
    }
    return micros;
  }

  /** The rules have other figures from now on. */
  settleForGood(micros: number): void {
    this.settle(micros);
    for (const bucket of this.buckets) bucket.dropFraction();
  }

  /** Other rules apply from now on. What is missing in a bucket is missing in the one of the same type and name. */
  adopt(limits: Limits, micros: number): void {
    const before = this.limits.bucketed, { buckets } = this;
    this.settleForGood(micros);
    this.limits = limits;
    this.buckets = limits.bucketed.map(({ type, name }) => {
      const place = before.findIndex((limit) => limit.type === type && limit.name === name);
      return buckets[place] ?? new Bucket(micros);
    });
  }

  #bucketsAdmit(units: number, micros: number): boolean {
    this.settle(micros);
    for (let i = 0; i < this.buckets.length; i++) {
      const limit = this.limits.bucketed[i]!, { missing } = this.buckets[i]!;
      if (
        limit.type === "rate"
          ? missing + units > limit.capacity
          : this.used + units > limit.limitUnits && missing >= limit.capacity
      ) {
        return false;
      }
    }
    return true;
  }
}

/** How many tokens flow into a bucket in `denominatorOf(limit)` microseconds, while so much is held. */
export function flowOf(limit: Limit, used: number): number {
  return limit.type === "rate" ? limit.flow.numerator : limit.limitUnits - used;
}

/** See {@linkcode flowOf}. */
export function denominatorOf(limit: Limit): number {
  return limit.type === "rate" ? limit.flow.denominator : MICROS_PER_SECOND;
}
