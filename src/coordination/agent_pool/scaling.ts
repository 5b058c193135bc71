/**
 * How large a pool should be.
 *
 * @module
 */

import { foundValue } from "../found_value.ts";

/** What the size of a pool goes by. */
export type ScalingPolicy =
  /** As many as it takes for each to have at most `tasksPerWorker` tasks, running and waiting ones; above 0, default 1. */
  | { readonly by: "queue"; readonly tasksPerWorker?: number }
  /** As many as it takes for the given share of them to be busy; above 0, at most 1, default 0.8. */
  | { readonly by: "utilisation"; readonly target?: number }
  /** As many as it answers for a time, in milliseconds since 1970; NaN counts as 0. It must not throw. */
  | { readonly by: "schedule"; readonly sizeAt: (epochMs: number) => number };

/** How a pool stands when it is asked how large it should be. */
export interface PoolLoad {
  /** How many tasks run. */
  readonly running: number;
  /** How many tasks wait. */
  readonly waiting: number;
  /** The present, in milliseconds since 1970. */
  readonly epochMs: number;
}

/** The smallest and the largest size of a pool. */
export interface PoolBounds {
  /** An integer, at least 0. */
  readonly min: number;
  /** An integer, at least 1 and at least `min`. */
  readonly max: number;
}

/**
 * How many workers a pool should have: what the policy says, within the bounds, and at least one if there is work.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { desiredSize } from "./scaling.ts";
 *
 * const load = { running: 4, waiting: 6, epochMs: 0 };
 * assertEquals(desiredSize({ by: "queue", tasksPerWorker: 2 }, load, { min: 1, max: 8 }), 5);
 * assertEquals(desiredSize({ by: "utilisation", target: 0.5 }, load, { min: 1, max: 30 }), 20);
 * ```
 */
export function desiredSize(policy: ScalingPolicy, load: PoolLoad, { min, max }: PoolBounds): number {
  const tasks = load.running + load.waiting;
  const least = Math.max(min, tasks > 0 ? 1 : 0);
  return Math.min(max, Math.max(least, Math.ceil(wanted(policy, load, tasks) - ROUNDING)));
}

const ROUNDING = 1e-9; // 8 / 0.8 is 10, not 11

function wanted(policy: ScalingPolicy, { epochMs }: PoolLoad, tasks: number): number {
  if (policy.by === "queue") return tasks / (policy.tasksPerWorker ?? 1);
  if (policy.by === "utilisation") return tasks / (policy.target ?? 0.8);
  const size = policy.sizeAt(epochMs);
  return Number.isNaN(size) ? 0 : size;
}

/**
 * Checks a policy and its bounds.
 *
 * @throws {RangeError} If a number is out of range.
 * @throws {TypeError} If `by` is none.
 */
export function requireScaling(policy: ScalingPolicy, { min, max }: PoolBounds): void {
  if (!(Number.isSafeInteger(max) && max >= 1 && Number.isSafeInteger(min) && min >= 0 && min <= max)) {
    throw new RangeError(
      `Cannot make a pool of ${min} to ${max} workers: expected integers, min at least 0, max at least 1 and min`,
    );
  }
  if (typeof policy !== "object" || policy === null) {
    throw new TypeError(`Cannot scale a pool by ${foundValue(policy)}: expected a policy such as { by: "queue" }`);
  }
  if (policy.by === "queue") requireShare("tasksPerWorker", policy.tasksPerWorker ?? 1, Infinity);
  else if (policy.by === "utilisation") requireShare("target", policy.target ?? 0.8, 1);
  else if (typeof policy.sizeAt !== "function") {
    throw new TypeError('Cannot scale a pool: expected by to be "queue", "utilisation" or "schedule" with sizeAt');
  }
}

function requireShare(name: string, value: number, most: number): void {
  if (value > 0 && value <= most) return;
  throw new RangeError(
    `Cannot scale a pool with ${name} ${value}: expected a number above 0${most === 1 ? ", at most 1" : ""}`,
  );
}
