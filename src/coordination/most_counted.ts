/**
 * How far an error's text is worth a walk.
 *
 * @module
 */

/** So many at most are looked at to tell how many wait ahead of somebody who gives up: with all of them it would be quadratic. */
export const MOST_COUNTED = 100;
