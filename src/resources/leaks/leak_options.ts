/**
 * How a pool looks for leaks.
 *
 * @module
 */

import type { LeakReason, LeakReport } from "./leak_report.ts";

/** Which leases are reported, and what becomes of them. */
export interface LeakOptions<Kinds extends string> {
  /** How long a lease may be held before it is reported, in milliseconds; finite, above 0. By default as long as it likes. */
  readonly leakAfterMs?: number | undefined;
  /** Whether a leaked lease is taken back: all, or those for these reasons. Default false. */
  readonly reclaim?: boolean | readonly LeakReason[] | undefined;
  /** Whether a report says where the lease was acquired, which costs some microseconds for each lease. Default false. */
  readonly debug?: boolean | undefined;
  /** Called with each report, when the books are in order; what it throws is reported as uncaught. */
  readonly onLeak?: ((report: LeakReport<Kinds>) => void) | undefined;
}

/** The options, checked. */
export interface LeakRules<Kinds extends string> {
  /** How long a lease may be held, in milliseconds; `Infinity` for as long as it likes. */
  readonly leakAfterMs: number;
  /** For which reasons a lease is taken back. */
  readonly reclaimed: ReadonlySet<LeakReason>;
  /** Whether to keep where a lease was acquired. */
  readonly debug: boolean;
  /** Whom to tell. */
  readonly onLeak: (report: LeakReport<Kinds>) => void;
}

const REASONS: readonly LeakReason[] = ["unreachable", "overdue", "owner_ended", "owner_died"];

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {RangeError} If `leakAfterMs` is out of range.
 * @throws {TypeError} If there is no such reason.
 */
export function readLeakOptions<Kinds extends string>(options: LeakOptions<Kinds>): LeakRules<Kinds> {
  const { leakAfterMs, reclaim = false, debug = false, onLeak = () => {} } = options;
  if (leakAfterMs !== undefined && !(leakAfterMs > 0 && leakAfterMs < Infinity)) {
    throw new RangeError(
      `Cannot make a pool with leaks.leakAfterMs ${leakAfterMs}: expected a finite number above 0; leave it out if leases may be ` +
        "held for as long as it takes",
    );
  }
  const reclaimed = typeof reclaim === "boolean" ? (reclaim ? REASONS : []) : reclaim;
  const unknown = reclaimed.find((reason) => !REASONS.includes(reason));
  if (unknown !== undefined) {
    throw new TypeError(
      `Cannot make a pool with leaks.reclaim "${unknown}": expected a boolean, or some of "${REASONS.join('", "')}"`,
    );
  }
  return { leakAfterMs: leakAfterMs ?? Infinity, reclaimed: new Set(reclaimed), debug, onLeak };
}
