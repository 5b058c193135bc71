/**
 * A rule, read: what it allows, in units.
 *
 * @module
 */

import { MAX_CAPACITY, toUnits, unitsPerWhole } from "../units.ts";
import { type Fraction, MAX_DENOMINATOR, MAX_NUMERATOR, toFraction } from "./fraction.ts";
import { MICROS_PER_SECOND } from "./bucket.ts";
import type { BurstPolicy, QuotaPolicy, QuotaPolicyType, RatePolicy } from "./policy.ts";
import { describeRule } from "./require_rule.ts";
import type { QuotaRule } from "./rule.ts";

/** Soft quotas grant beyond their limit; a thousand times that is counted in the same units. */
const SOFT_HEADROOM = 1000;
/** The flow of a policy that has none. */
const NO_FLOW: Fraction = { numerator: 0, denominator: 1 };

/** The units in which a kind is counted, given the first rules for it: millionths, or wholes if a limit is too large for that. */
export function unitsForRules(rules: readonly QuotaRule<string>[]): number {
  return unitsPerWhole(Math.max(
    0,
    ...rules.map(({ policy }) => largestAmount(policy) * (policy.type === "soft" ? SOFT_HEADROOM : 1)),
  ));
}

/** One compiled rule: all that it says, and how often it refused. */
export class Limit {
  /** Which policy it is. */
  readonly type: QuotaPolicyType;
  /** The only one to whom it applies. */
  readonly key: string | undefined;
  /** Tells it from others of its type. */
  readonly name: string | undefined;
  /** The policy as given. */
  policy!: QuotaPolicy;
  /** What may be held for good; beyond it a soft one reports. No limit for a rate. */
  limitUnits = Infinity;
  /** The most that may ever be held. */
  mostUnits = Infinity;
  /** Tokens that a full bucket holds: units for a rate, units held for a second for a burst; 0 without a bucket. */
  capacity = 0;
  /** Tokens of a rate over microseconds. */
  flow: Fraction = NO_FLOW;
  /** How often it has refused. */
  refusals = 0;
  /** How often it has granted beyond its limit. */
  overages = 0;

  /**
   * Reads a valid rule; see {@linkcode requireRule}.
   *
   * @throws {RangeError} If a figure cannot be counted in these units.
   */
  constructor(rule: QuotaRule<string>, perWhole: number) {
    this.type = rule.policy.type;
    this.key = rule.key;
    this.name = rule.name;
    this.assign(rule, perWhole);
  }

  /** Whether it limits what is held, rather than what is taken in a time. */
  get limitsHeld(): boolean {
    return this.type !== "rate";
  }

  /** Whether it has a bucket. */
  get hasBucket(): boolean {
    return this.type === "rate" || this.type === "burst";
  }

  /** What it allows at most, in the kind's own unit. */
  get limit(): number {
    const { policy } = this;
    return policy.type === "rate" ? rateCapacity(policy) : policy.limit;
  }

  /** Takes over the figures of a valid rule of the same type; one with which a limit could be made. */
  assign(rule: QuotaRule<string>, perWhole: number): void {
    const { policy } = rule;
    if (largestAmount(policy) * perWhole > MAX_CAPACITY) {
      throw new RangeError(
        `Cannot set ${describeRule(rule)}: ${largestAmount(policy)} is more than can be counted in steps of ${
          1 / perWhole
        }, which the first rules for ${rule.kind} allowed; make the quotas with a rule as large as that`,
      );
    }
    switch (policy.type) {
      case "hard":
        this.limitUnits = this.mostUnits = toUnits(policy.limit, perWhole);
        break;
      case "soft":
        this.limitUnits = toUnits(policy.limit, perWhole);
        this.mostUnits = MAX_CAPACITY;
        break;
      case "burst":
        this.capacity = burstCapacity(rule, policy, perWhole);
        this.limitUnits = countable(rule, policy.limit, perWhole);
        this.mostUnits = toUnits(policy.peak, perWhole);
        break;
      case "rate":
        this.flow = rateFlow(rule, policy, perWhole);
        this.capacity = countable(rule, rateCapacity(policy), perWhole);
        break;
    }
    this.policy = Object.freeze({ ...policy });
  }
}

function largestAmount(policy: QuotaPolicy): number {
  switch (policy.type) {
    case "hard":
    case "soft":
      return policy.limit;
    case "burst":
      return policy.peak;
    case "rate":
      return rateCapacity(policy);
  }
}

function countable(rule: QuotaRule<string>, amount: number, perWhole: number): number {
  const units = toUnits(amount, perWhole);
  if (units > 0) return units;
  throw new RangeError(
    `Cannot set ${describeRule(rule)}: ${amount} is less than can be counted, which is in steps of ${1 / perWhole}; ` +
      "allow more, or use a hard quota of 0 to forbid it",
  );
}

/** At least one, so that a rate of one a minute lets that one pass. */
function rateCapacity({ perSecond, capacity = Math.max(perSecond, 1) }: RatePolicy): number {
  return capacity;
}

function rateFlow(rule: QuotaRule<string>, { perSecond }: RatePolicy, perWhole: number): Fraction {
  const perMicro = perWhole === MICROS_PER_SECOND ? perSecond : perSecond * perWhole / MICROS_PER_SECOND;
  if (perMicro < 1 / MAX_DENOMINATOR || perMicro > MAX_NUMERATOR) {
    throw new RangeError(
      `Cannot set ${describeRule(rule)} with perSecond ${perSecond}: expected a rate from ${
        MICROS_PER_SECOND / MAX_DENOMINATOR / perWhole
      } to ${MAX_NUMERATOR / perWhole * MICROS_PER_SECOND}; use a hard quota to forbid it or to allow any rate`,
    );
  }
  return toFraction(perMicro);
}

function burstCapacity(rule: QuotaRule<string>, policy: BurstPolicy, perWhole: number): number {
  const tokens = (toUnits(policy.peak, perWhole) - toUnits(policy.limit, perWhole)) * policy.burstMs / 1000;
  if (!(tokens >= 1 && tokens <= MAX_CAPACITY)) {
    throw new RangeError(
      `Cannot set ${
        describeRule(rule)
      } with burstMs ${policy.burstMs}: the bucket would hold ${tokens} units for a second, ` +
        "expected 1 to 2^53 - 1; use another burstMs, or a hard quota",
    );
  }
  return Math.floor(tokens);
}
