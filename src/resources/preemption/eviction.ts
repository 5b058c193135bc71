/**
 * A lease that has to go.
 *
 * @module
 */

import { type Timer, timers, type TimerTask } from "../../reliability/timer_wheel.ts";
import type { Holding } from "../holding.ts";
import type { Claim } from "./claim.ts";
import type { PreemptionFacts } from "./preempted_error.ts";
import type { Stake } from "./stake.ts";

/** The grace of a lease that was chosen for somebody: it ends when the lease is given back, or with the lease being taken back. */
export class Eviction<Kinds extends string> implements TimerTask {
  readonly stake: Stake<Kinds>;
  readonly neededBy: PreemptionFacts["neededBy"];
  /** Who has what it gives back before anybody else. */
  claim: Claim<Kinds> | undefined = undefined;
  readonly #reclaim: (holding: Holding<Kinds>) => void;
  #timer: Timer | undefined = undefined;

  /** Says whom it is for; `reclaim` takes the lease back. */
  constructor(
    stake: Stake<Kinds>,
    neededBy: PreemptionFacts["neededBy"],
    reclaim: (holding: Holding<Kinds>) => void,
  ) {
    this.stake = stake;
    this.neededBy = neededBy;
    this.#reclaim = reclaim;
  }

  /** Starts the grace; of 0 ms it has none, and {@linkcode fire} is for the caller to call. */
  start(graceMs: number): void {
    if (graceMs > 0) this.#timer = timers.schedule(graceMs, this);
  }

  /** The lease has come back. */
  stop(): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
  }

  fire(): void {
    this.#timer = undefined;
    this.#reclaim(this.stake.holding);
  }
}
