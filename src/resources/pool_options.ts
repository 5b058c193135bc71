/**
 * What a pool is made of.
 *
 * @module
 */

import type { HostKind } from "./host/host.ts";
import type { HostFiles } from "./host/host_files.ts";
import type { NodeList } from "./node_list.ts";
import type { Ordering } from "./ordering/ordering.ts";
import type { Placement } from "./placement/placement.ts";
import type { LeakOptions } from "./leaks/leak_options.ts";
import type { PreemptionOptions } from "./preemption/preemption_options.ts";
import type { QuotaGate } from "./quotas/mod.ts";

/** How a pool decides, whatever it has. */
export interface PoolSettings<Kinds extends string> {
  /** Which node is taken. Default `firstFit()`. */
  readonly placement?: Placement | undefined;
  /** Who of those who wait is next. Default `priority()`: by priority, with aging. */
  readonly ordering?: Ordering | undefined;
  /** What may refuse a request though there is room for it. */
  readonly quotas?: QuotaGate<NoInfer<Kinds>> | undefined;
  /** How leases that were asked for as `preemptible` are taken back for somebody of a higher priority. */
  readonly preemption?: PreemptionOptions | undefined;
  /** Which leases are reported that nobody is going to give back. Default: none is looked for. */
  readonly leaks?: LeakOptions<NoInfer<Kinds>> | undefined;
  /** The clock that tells how long somebody has waited or held, in milliseconds. Default `performance.now`. */
  readonly clock?: (() => number) | undefined;
  /** `"on"` has leases know their `ageMs`, at the cost of a reading of the clock for each grant. Default `"off"`. */
  readonly timing?: "on" | "off" | undefined;
  /**
   * How often somebody who waits may be passed by a grant of one of its kinds to somebody who ranks lower; after that nobody who
   * ranks lower gets any of its kinds before it. An integer from 0, or `Infinity`. Default 1,000,000.
   */
  readonly maxOvertakes?: number | undefined;
}

/** What a pool has, and how it decides. */
export type ResourcePoolOptions<Kinds extends string> = NodeList<Kinds> & PoolSettings<Kinds>;

/** What a pool of the host's resources is made of. */
export interface HostPoolOptions extends PoolSettings<HostKind> {
  /** Which memory it lends: what is free now, or all that this process may have. Default `"free"`. */
  readonly memory?: "free" | "all" | undefined;
  /** The system to ask. Default: this one. */
  readonly files?: HostFiles | undefined;
}
