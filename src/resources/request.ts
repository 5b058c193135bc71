/**
 * What a caller asks a pool for.
 *
 * @module
 */

import type { WaitOptions } from "../coordination/waiter.ts";
import type { ResourcePriority } from "./priority.ts";

/** Amounts by kind; a kind that is not mentioned counts as 0. */
export type ResourceAmounts<Kinds extends string> = { readonly [Kind in Kinds]?: number };

/** How to wait for resources, and for whom. */
export interface AcquireOptions extends WaitOptions {
  /** How urgent it is; see {@linkcode ResourcePool} for what that means in line. Default `"normal"`. */
  readonly priority?: ResourcePriority;
  /** Who will hold the lease, for people who read a snapshot or an error. */
  readonly owner?: string;
}
