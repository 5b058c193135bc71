/**
 * The rules that apply to one account.
 *
 * @module
 */

import type { Limit } from "./limit.ts";

/** A set of rules, and what follows from all of them; accounts with the same rules share it. */
export class Limits {
  /** The rules. */
  readonly all: readonly Limit[];
  /** Those with a bucket, in the order of an account's buckets. */
  readonly bucketed: readonly Limit[];
  /** Whether there are any of those. */
  readonly hasBuckets: boolean;
  /** Whether what is held counts. */
  readonly countsHeld: boolean;
  /** Whether time changes what may be held: then an account has to be settled before it changes. */
  readonly hasBurst: boolean;
  /** The most that may be held; Infinity if what is held does not count. */
  mostUnits = Infinity;
  /** Beyond this a soft rule reports; Infinity if there is none. */
  softUnits = Infinity;

  /** Puts rules together. */
  constructor(all: readonly Limit[]) {
    this.all = all;
    this.bucketed = all.filter((limit) => limit.hasBucket);
    this.hasBuckets = this.bucketed.length > 0;
    this.countsHeld = all.some((limit) => limit.limitsHeld);
    this.hasBurst = all.some((limit) => limit.type === "burst");
    this.refresh();
  }

  /** Looks at the rules anew: their figures have changed. */
  refresh(): void {
    this.mostUnits = Math.min(Infinity, ...this.all.map(({ mostUnits }) => mostUnits));
    this.softUnits = Math.min(
      Infinity,
      ...this.all.map((limit) => limit.type === "soft" ? limit.limitUnits : Infinity),
    );
  }
}

/** The rules for one key: its own, and those for everybody that they do not override. */
export function withOwn(general: readonly Limit[], own: readonly Limit[]): Limits {
  const overridesHeld = own.some((limit) => limit.limitsHeld), overridesRates = own.some((limit) => !limit.limitsHeld);
  const kept = general.filter((limit) => !(limit.limitsHeld ? overridesHeld : overridesRates));
  return new Limits([...kept, ...own]);
}
