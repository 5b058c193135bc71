/**
 * What is kept of work that failed for good.
 *
 * @module
 */

/** A step that used up its attempts: enough to look into it, or to run it again by hand. */
export interface DeadLetter<Vars extends object> {
  /** The agent it belongs to. */
  readonly agent: string;
  /** The state that failed. */
  readonly state: string;
  /** What it threw last. */
  readonly error: unknown;
  /** How often it was tried, at least 1. */
  readonly attempts: number;
  /** What `send` had given it; `undefined` otherwise. */
  readonly payload: unknown;
  /** The variables as the last attempt found them: a shallow copy, as of its failure. */
  readonly variables: Readonly<Partial<Vars>>;
}
