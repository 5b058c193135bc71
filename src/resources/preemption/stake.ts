/**
 * A lease that may be preempted, as the books of preemption know it.
 *
 * @module
 */

import type { Holding } from "../holding.ts";
import type { Eviction } from "./eviction.ts";
import type { StakePage } from "./stake_list.ts";

/** What a holder stands to lose, and how precious it is: the higher priority, and of equals the one that was granted first. */
export class Stake<Kinds extends string> {
  readonly holding: Holding<Kinds>;
  readonly level: number;
  /** Its number in the order of grants. */
  readonly number: number;
  readonly node: number;
  /** What it holds, in units by kind's place; shared with others of the same amounts, and so never written. */
  units: Float64Array;
  /** How often its work has been preempted before. */
  readonly preemptions: number;
  /** Whether that was counted by owner, for want of anybody who told. */
  readonly isCountedByOwner: boolean;
  /** Where it lies among those of its node. */
  page: StakePage<Kinds> | undefined = undefined;
  /** Neighbours among those of its level in the whole pool. */
  younger: Stake<Kinds> | undefined = undefined;
  older: Stake<Kinds> | undefined = undefined;
  /** Its grace, if it has to go; then it is in no list any more. */
  eviction: Eviction<Kinds> | undefined = undefined;

  /** Describes a lease that has just been granted. */
  constructor(holding: Holding<Kinds>, grant: StakeGrant) {
    this.holding = holding;
    this.level = grant.level;
    this.number = grant.number;
    this.node = holding.demand.node;
    this.units = grant.units;
    this.preemptions = grant.preemptions;
    this.isCountedByOwner = grant.isCountedByOwner;
  }

  /** Whether it is to be taken before another one: that is, whether it is less precious. */
  isCheaperThan(other: Stake<Kinds>): boolean {
    return this.level < other.level || (this.level === other.level && this.number > other.number);
  }
}

/** What is known of a stake besides its holding. */
export type StakeGrant = Pick<
  Stake<string>,
  "level" | "number" | "units" | "preemptions" | "isCountedByOwner"
>;
