/**
 * How a pool preempts.
 *
 * @module
 */

import type { HolderOptions } from "../request.ts";

/** How leases are taken back for somebody of a higher priority. */
export interface PreemptionOptions {
  /** How long a holder has to give a lease back once its signal is aborted, in milliseconds; finite, at least 0. Default 1,000. */
  readonly graceMs?: number | undefined;
  /**
   * How often the same work may be preempted; after that its next lease is not preemptible, whatever was asked for. An integer, at
   * least 1, or `Infinity`. Default 3.
   *
   * Whoever asks tells how often it was ({@linkcode HolderOptions.preemptions}). If nobody tells, the pool counts by owner: how often in a
   * row, until the owner has given back in the normal way, since the last time, as much as the largest of the leases held that it lost,
   * and holds no preemptible lease besides. So an owner with one lease at a time loses at most so many for each that comes to its end;
   * of several that it holds at the same time, each is preemptible or not as it was granted. The pool remembers the 10,000 owners
   * that were preempted last.
   */
  readonly maxPreemptions?: number | undefined;
}

/** The options, all of them set. */
export type PreemptionRules = Readonly<Record<keyof PreemptionOptions, number>>;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {RangeError} If one is out of range.
 */
export function readPreemptionOptions(
  { graceMs = 1_000, maxPreemptions = 3 }: PreemptionOptions = {},
): PreemptionRules {
  if (!(graceMs >= 0 && graceMs < Infinity)) {
    throw new RangeError(
      `Cannot make a pool with preemption.graceMs ${graceMs}: expected a finite number, at least 0; leave it out for 1,000`,
    );
  }
  if (!(maxPreemptions === Infinity || (Number.isInteger(maxPreemptions) && maxPreemptions >= 1))) {
    throw new RangeError(
      `Cannot make a pool with preemption.maxPreemptions ${maxPreemptions}: expected an integer, at least 1, or Infinity; ` +
        "leave it out for 3, and ask for leases that are not preemptible if none is to be",
    );
  }
  return { graceMs, maxPreemptions };
}

/**
 * Checks how often a caller says that its work was preempted, and that a bound can be kept: somebody has to count.
 *
 * @throws {TypeError} If it is preemptible, and neither an owner nor a count is told.
 * @throws {RangeError} If it is not a count.
 */
export function requirePreemptions(
  { preemptible, owner, preemptions }: Pick<HolderOptions, "preemptible" | "owner" | "preemptions">,
): void {
  if (preemptions === undefined) {
    if (preemptible !== true || owner !== undefined) return;
    throw new TypeError(
      "Cannot acquire a preemptible lease for nobody: without an owner or preemptions, the same work could be preempted for ever; " +
        "pass owner, by which the pool counts, or preemptions: 0 the first time and what PreemptedError.preemptions says after that",
    );
  }
  if (Number.isInteger(preemptions) && preemptions >= 0) return;
  throw new RangeError(
    `Cannot acquire with preemptions ${preemptions}: expected an integer, at least 0; pass on what PreemptedError.preemptions says`,
  );
}
