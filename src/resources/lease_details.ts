/**
 * What is known of a lease besides what it holds.
 *
 * @module
 */

import type { Holding } from "./holding.ts";
import { LeaseSignal } from "./lease_signal.ts";
import type { QuotaGrant } from "./quotas/mod.ts";
import type { SteadyClock } from "../coordination/steady_clock.ts";

/** How a lease is held: only leases have one whose pool or holder uses more than plain amounts. */
export class LeaseDetails<Kinds extends string> {
  /** What the quotas counted. */
  quota: QuotaGrant<Kinds> | undefined = undefined;
  /** Whether it may be taken back for somebody more urgent. */
  preemptible = false;
  /** What is held, for those who may take it back; only if anybody may. */
  holding: Holding<Kinds> | undefined = undefined;
  /** Tells the holder that the lease will be taken back. */
  readonly signal: LeaseSignal = new LeaseSignal();
  #clock: SteadyClock | undefined = undefined;
  #grantedMs = 0;
  #endedMs: number | undefined = undefined;

  /** For how long it has been held, or was, in milliseconds; `undefined` if nobody keeps the time. */
  get ageMs(): number | undefined {
    return this.#clock === undefined ? undefined : (this.#endedMs ?? this.#clock.now()) - this.#grantedMs;
  }

  /** The lease begins to age. */
  startClock(clock: SteadyClock): void {
    this.#clock = clock;
    this.#grantedMs = clock.now();
  }

  /** The lease ages no more. */
  stopClock(): void {
    this.#endedMs = this.#clock?.now();
  }
}
