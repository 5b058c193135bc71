/**
 * What a quota is made with, and how it tells how it stands.
 *
 * @module
 */

import type { OwnerUsage } from "./owner_accounts.ts";
import type { PrimitiveOptions, PrimitiveSnapshot } from "./primitive.ts";

/** What a quota can be made with. */
export interface QuotaOptions extends PrimitiveOptions {
  /** The limit of each owner that has none of its own: an integer, at least 0. By default none but the limit in all. */
  readonly ownerLimit?: number;
  /** Limits of single owners, instead of `ownerLimit`. */
  readonly ownerLimits?: Readonly<Record<string, number>>;
}

/** How a quota stands. */
export interface QuotaSnapshot extends PrimitiveSnapshot {
  /** What it is. */
  readonly type: "quota";
  /** What is held in all. */
  readonly used: number;
  /** What may be held in all. */
  readonly limit: number;
  /** Owners who hold something, wait, or have a limit of their own. */
  readonly owners: readonly OwnerUsage[];
}
