/**
 * A lease that is watched.
 *
 * @module
 */

import type { LineNode } from "../../coordination/wait_line.ts";
import type { Holding } from "../holding.ts";

/** What is noted of a lease that may leak; like its holding it knows nothing of the lease itself. */
export class LeakWatch<Kinds extends string> implements LineNode<LeakWatch<Kinds>> {
  /** Neighbours in the order of grants. */
  previous: LeakWatch<Kinds> | undefined = undefined;
  next: LeakWatch<Kinds> | undefined = undefined;
  /** Whether it stands in that line: until it has been reported, and only if there is a deadline. */
  isInLine = false;
  readonly holding: Holding<Kinds>;
  /** Where the lease was acquired, if that is kept. */
  readonly origin: Error | undefined;

  /** Begins with nothing noted. */
  constructor(holding: Holding<Kinds>, origin: Error | undefined) {
    this.holding = holding;
    this.origin = origin;
  }
}
