/**
 * What this program is started with to measure: a module of its own, as it is asked for before any other is loaded.
 *
 * @module
 */

/** Name of the hidden command that a fork runs; it has no arguments. */
export const FORK_COMMAND = "fork";
