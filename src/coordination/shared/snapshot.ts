/**
 * What snapshots of shared primitives say: what those of local ones do, with threads for owners.
 *
 * @module
 */

import type { HolderSnapshot, PrimitiveSnapshot, WaiterSnapshot } from "../primitive.ts";
import { NORMAL_LEVEL, priorityName } from "../priority.ts";
import type { SharedPrimitiveType } from "./handle.ts";
import { NAME_SHIFT } from "./lock_word.ts";
import type { ThreadDirectory } from "./thread_directory.ts";

/** A thread that holds some of a primitive; `ageMs` tells since when it holds any of it. */
export interface SharedHolder extends HolderSnapshot {
  /** What the thread is called: see `nameThread`. */
  readonly owner: string;
}

/** A task that waits for a shared primitive; all have the same priority. */
export interface SharedWaiterSnapshot extends WaiterSnapshot {
  /** What its thread is called: see `nameThread`. */
  readonly owner: string;
}

/** How a shared primitive stands, over all threads: plain data. */
export interface SharedSnapshot<Type extends SharedPrimitiveType = SharedPrimitiveType> extends PrimitiveSnapshot {
  /** What it is, as its handle says. */
  readonly type: Type;
  /** The threads that hold it. */
  readonly holders: readonly SharedHolder[];
  /** Who waits, in the order in which they will be served. */
  readonly waiters: readonly SharedWaiterSnapshot[];
}

/** Describes a holder; `lockName` is its thread's name, as locks want it. */
export function holderOf(
  directory: ThreadDirectory,
  lockName: number,
  { holds, ageMs }: Pick<HolderSnapshot, "holds" | "ageMs">,
): SharedHolder {
  return { owner: directory.label(lockName >> NAME_SHIFT), holds, ageMs };
}

/** Describes somebody who waits; `lockName` is its thread's name, as locks want it. */
export function waiterOf(
  directory: ThreadDirectory,
  lockName: number,
  { wants, waitedMs }: Pick<WaiterSnapshot, "wants" | "waitedMs">,
): SharedWaiterSnapshot {
  return { owner: directory.label(lockName >> NAME_SHIFT), priority: priorityName(NORMAL_LEVEL), wants, waitedMs };
}
