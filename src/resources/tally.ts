/**
 * What has happened in a pool so far.
 *
 * @module
 */

/** Counts since the pool was made; the grants are counted elsewhere, being many. */
export class Tally {
  /** Requests that were refused: not now, never, or by a quota. */
  refusals = 0;
  /** Waits that ended because their time was up. */
  timeouts = 0;
  /** Waits that ended because their signal was aborted. */
  aborts = 0;
  /** Leases that had to go for somebody of a higher priority. */
  preemptions = 0;
  /** Leases found that nobody was going to give back. */
  leaks = 0;
}
