/**
 * What a paired comparison does when nothing else is said: what its user is offered, and what the self-test holds it to.
 *
 * @module
 */

/** Defaults of `ab`. */
export const DUET_DEFAULTS = Object.freeze({
  /** The change that matters, in percent: pairs find smaller ones than stored results. */
  thresholdPercent: 2.5,
  /** The level of confidence over the suite, in percent. */
  levelPercent: 95,
  /** How long it may take, in milliseconds. */
  budgetMs: Object.freeze({ full: 60_000, quick: 30_000 }),
});
