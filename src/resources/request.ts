/**
 * What a caller asks a pool for.
 *
 * @module
 */

import type { WaitOptions } from "../coordination/waiter.ts";
import type { WaitPriority } from "../coordination/priority.ts";
import type { QuotaScope } from "./quotas/mod.ts";

/** Amounts by kind; a kind that is not mentioned counts as 0. */
export type ResourceAmounts<Kinds extends string> = { readonly [Kind in Kinds]?: number };

/** For whom resources are asked. */
export interface HolderOptions {
  /** Who will hold the lease: for orderings and quotas that are fair by owner, and for people who read a snapshot or an error. */
  readonly owner?: string | undefined;
  /** How urgent it is; the pool's ordering tells what that means. Default `"normal"`. */
  readonly priority?: WaitPriority | undefined;
  /** Whose quotas count it, if the pool has quotas. Default: nobody's but those of all together. */
  readonly scope?: QuotaScope | undefined;
  /**
   * Whether the lease may be taken back for somebody who waits with a higher priority: then its signal is aborted with a
   * {@linkcode PreemptedError}, and its holder has the pool's `graceMs` to release it. It needs an `owner` or `preemptions`: a pool
   * preempts the same work a bounded number of times, so it has to know whose it is. Default false.
   */
  readonly preemptible?: boolean | undefined;
  /**
   * How often this work has been preempted before, as {@linkcode PreemptedError.preemptions} says: an integer, at least 0.
   * Default: what the pool remembers of the owner; see {@linkcode PreemptionOptions.maxPreemptions}.
   */
  readonly preemptions?: number | undefined;
}

/** How to wait for resources, and for whom. */
export interface AcquireOptions extends WaitOptions, HolderOptions {
  /** Whether to wait while a quota refuses, or to reject with its {@linkcode QuotaError} at once. Default `"wait"`. */
  readonly onQuota?: "wait" | "refuse" | undefined;
}
