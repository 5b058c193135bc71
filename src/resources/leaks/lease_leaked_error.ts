/**
 * Why a leaked lease was taken back.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";
import type { LeakReason, LeakReport } from "./leak_report.ts";

const CAUSES: Readonly<Record<LeakReason, string>> = {
  unreachable: "nobody could reach it any more",
  overdue: "it was held for longer than the pool's leakAfterMs",
  owner_ended: "the run of its owner had ended",
  owner_died: "its owner had died",
};

/** The reason of a lease's signal when the pool has taken it back because it had leaked. */
export class LeaseLeakedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "lease_leaked";
  /** What is known of it. */
  readonly report: LeakReport<string>;

  /** Words the message. */
  constructor(report: LeakReport<string>) {
    const { owner, reason, ageMs } = report;
    super(
      `Cannot keep the lease${owner === undefined ? "" : ` of "${owner}"`}: after ${Math.round(ageMs)} ms ${
        CAUSES[reason]
      }, and ` +
        "it has been taken back; release a lease in a finally block, or with using",
    );
    this.report = report;
  }
}
