/**
 * The shells that completions are written for.
 *
 * @module
 */

/** Their names, as `completions` takes them. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of them. */
export type Shell = typeof SHELLS[number];
