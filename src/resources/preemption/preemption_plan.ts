/**
 * What a preemption would take.
 *
 * @module
 */

import type { PoolDemand } from "../demand.ts";
import type { ResourceAmounts } from "../request.ts";
import type { Stake } from "./stake.ts";

/** A lease that would have to go. */
export interface PreemptionVictim<Kinds extends string> {
  /** Whose it is, if told. */
  readonly owner: string | undefined;
  /** What it holds. */
  readonly amounts: ResourceAmounts<Kinds>;
  /** Its priority: low 0, normal 1, high 2, critical 3, or any number. */
  readonly priority: number;
  /** How often its work has been preempted before. */
  readonly preemptions: number;
  /** For how long it has been held, in milliseconds of the pool's clock; `undefined` unless the pool has `timing: "on"`. */
  readonly ageMs: number | undefined;
}

/** What would make room for a request. */
export interface PreemptionPlan<Kinds extends string> {
  /** Where the request would be granted. */
  readonly node: number;
  /** What would have to go, the most precious first; empty if there is room already, or comes free of itself. */
  readonly victims: readonly PreemptionVictim<Kinds>[];
}

/** A stake as a plan shows it; its amounts are made when they are read. */
export class PlannedVictim<Kinds extends string> implements PreemptionVictim<Kinds> {
  readonly owner: string | undefined;
  readonly priority: number;
  readonly preemptions: number;
  readonly ageMs: number | undefined;
  readonly #demand: PoolDemand<Kinds>;

  /** Takes it down as it is. */
  constructor({ holding, level, preemptions }: Stake<Kinds>) {
    this.owner = holding.owner;
    this.priority = level;
    this.preemptions = preemptions;
    this.ageMs = holding.details.ageMs;
    this.#demand = holding.demand;
  }

  get amounts(): ResourceAmounts<Kinds> {
    return this.#demand.amounts;
  }
}
