/**
 * Why a run could not be made at all.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";

/** Which of the ways a run can be impossible it is. */
export type MeasureErrorCode =
  | "filter_invalid"
  | "nothing_to_measure"
  | "fork_broken"
  | "journal_mismatch"
  | "journal_invalid";

/** Thrown when a run is impossible; a benchmark that fails is no such error. */
export class MeasureError extends PuffinError {
  /** Which of the ways it is. */
  override readonly code: MeasureErrorCode;

  /** Words the message; `options.cause` keeps the error that led to this one. */
  constructor(code: MeasureErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
