/**
 * What all primitives have in common: a name, what a snapshot of one says, and what is counted.
 *
 * @module
 */

import { priorityName } from "./priority.ts";
import { SteadyClock } from "./steady_clock.ts";
import { foundValue } from "./found_value.ts";
import { requireOptions } from "./require_options.ts";

/** What every primitive can be made with. */
export interface PrimitiveOptions {
  /** What people call it, in errors, snapshots and reports of deadlocks. */
  readonly name?: string;
  /**
   * Whether a snapshot tells how long holders have held and waiters have waited. Off by default: two readings of the clock cost as
   * much as an uncontended lock.
   */
  readonly timing?: "on" | "off";
  /** Tells milliseconds, for `timing` and whatever else the primitive measures. Default `performance.now`. */
  readonly clock?: () => number;
}

/** Somebody who holds a primitive. */
export interface HolderSnapshot {
  /** Who it is, if that was told. */
  readonly owner: string | undefined;
  /**
   * How it holds: permits of a semaphore, `"read"` or `"write"` of a read-write lock; otherwise 1, or the number of guards of an
   * owner that may re-enter.
   */
  readonly holds: number | "read" | "write";
  /** For how long, in milliseconds; undefined without `timing: "on"`. */
  readonly ageMs: number | undefined;
}

/** Somebody who waits for a primitive. */
export interface WaiterSnapshot {
  /** Who it is, if that was told. */
  readonly owner: string | undefined;
  /** A level's name, or its number. */
  readonly priority: string;
  /** What it waits for, as in {@linkcode HolderSnapshot.holds}. */
  readonly wants: number | "read" | "write";
  /** For how long, in milliseconds; undefined without `timing: "on"`. */
  readonly waitedMs: number | undefined;
}

/** What has been counted since the primitive was made. */
export interface PrimitiveTotals {
  /** How often it was acquired, passed or received from. */
  readonly grants: number;
  /** How many of them had to wait. */
  readonly waits: number;
  /** How many gave up because their time was up. */
  readonly timeouts: number;
  /** How many gave up because their signal was aborted. */
  readonly aborts: number;
  /** The longest wait that ended with a grant, in milliseconds; undefined without `timing: "on"`. */
  readonly longestWaitMs: number | undefined;
}

/** How a primitive stands: plain data. */
export interface PrimitiveSnapshot {
  /** What it is, as `createPrimitive` calls it. */
  readonly type: string;
  /** What people call it. */
  readonly name: string | undefined;
  /** Who holds it, first come first. */
  readonly holders: readonly HolderSnapshot[];
  /** Who waits, in the order in which they will be served. */
  readonly waiters: readonly WaiterSnapshot[];
  /** What has been counted. */
  readonly totals: PrimitiveTotals;
}

/** Counts what {@linkcode PrimitiveTotals} tells, and stamps with the clock if it is asked to. */
export class Accounts {
  grants = 0;
  waits = 0;
  timeouts = 0;
  aborts = 0;
  readonly #clock: SteadyClock | undefined;
  #longestWaitMs = 0;

  /**
   * Starts at nothing. Every primitive makes one, so that here is where {@linkcode PrimitiveOptions} are checked.
   *
   * @throws {TypeError} If an option is not what it must be.
   */
  constructor(options: PrimitiveOptions | undefined) {
    if (options !== undefined) requirePrimitiveOptions(options);
    this.#clock = options?.timing === "on" ? new SteadyClock(options.clock ?? (() => performance.now())) : undefined;
  }

  /** Whether time is measured. */
  get timed(): boolean {
    return this.#clock !== undefined;
  }

  /** The present, in milliseconds since the accounts were made, as {@linkcode SteadyClock} tells them; 0 without `timing: "on"`. */
  stamp(): number {
    return this.#clock === undefined ? 0 : this.#clock.now();
  }

  /** How long ago a stamp was, at least 0; undefined without `timing: "on"`. */
  since(stampMs: number): number | undefined {
    return this.#clock === undefined ? undefined : Math.max(0, this.#clock.now() - stampMs);
  }

  /** A wait that began at a stamp has ended with a grant. */
  served(stampMs: number): void {
    this.waits++;
    if (this.#clock !== undefined) this.#longestWaitMs = Math.max(this.#longestWaitMs, this.#clock.now() - stampMs);
  }

  /** Somebody gave up. */
  gaveUp(cause: "timeout" | "abort"): void {
    if (cause === "timeout") this.timeouts++;
    else this.aborts++;
  }

  /** What has been counted. */
  totals(): PrimitiveTotals {
    const { grants, waits, timeouts, aborts } = this;
    return { grants, waits, timeouts, aborts, longestWaitMs: this.timed ? this.#longestWaitMs : undefined };
  }
}

function requirePrimitiveOptions(options: PrimitiveOptions): void {
  const { name, timing, clock } = requireOptions("make a primitive", options);
  requireOption("name", name, typeof name === "string" && name !== "", "a string that is not empty");
  requireOption("timing", timing, timing === "on" || timing === "off", '"on" or "off"');
  requireOption("clock", clock, typeof clock === "function", "a function that answers milliseconds");
}

/**
 * Checks one of the options with which a primitive is made, unless it is left out.
 *
 * @throws {TypeError} If it is not valid.
 */
export function requireOption(option: string, value: unknown, isValid: boolean, expected: string): void {
  if (value === undefined || isValid) return;
  throw new TypeError(
    `Cannot make a primitive with ${option} ${foundValue(value)}: expected ${expected}; leave it out for the default`,
  );
}

/** Says who waits, for a snapshot; `level` as `priorityLevel` answers. */
export function waiterSnapshot(
  { owner, level }: { readonly owner: string | undefined; readonly level: number },
  wants: number | "read" | "write",
  waitedMs: number | undefined,
): WaiterSnapshot {
  return { owner, priority: priorityName(level), wants, waitedMs };
}

/** What errors call a primitive: `the mutex "orders"`. */
export function nameOf(type: string, name: string | undefined): string {
  return name === undefined ? `the ${type}` : `the ${type} "${name}"`;
}
