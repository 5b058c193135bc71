/**
 * Why a duet could not be played at all.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";

/** Which side of a duet. */
export type Side = "a" | "b";

/** A program that cannot take part; a benchmark that fails is no such error. */
export class DuetError extends PuffinError {
  /** Stable across releases. */
  override readonly code = "duet_impossible";
  /** Whose fault it is. */
  readonly side: Side;

  /** Words the message: side, program, and what is wrong with it. */
  constructor(side: Side, message: string, options?: ErrorOptions) {
    super(message, options);
    this.side = side;
  }
}
