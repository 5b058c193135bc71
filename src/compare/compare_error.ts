/**
 * What is thrown for results that must not be compared.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";
import type { Difference } from "./comparison.ts";

/**
 * Why runs are not compared. `no_runs`: a side has none. `duplicate_run`: a side has one run twice, which would count as two.
 * `duplicate_benchmark`: a run has an id twice. `circumstances_differ`: hosts, runtimes or settings are not the same.
 */
export type CompareErrorCode = "no_runs" | "duplicate_run" | "duplicate_benchmark" | "circumstances_differ";

/** Thrown for runs that must not be compared; the message is one line that says why and what to do. */
export class CompareError extends PuffinError {
  /** Which of the reasons it was. */
  override readonly code: CompareErrorCode;
  /** For `circumstances_differ`: in what; empty otherwise. */
  readonly differences: readonly Difference[];

  /** Words the message; `differences` are what it names. */
  constructor(code: CompareErrorCode, message: string, differences: readonly Difference[] = []) {
    super(message);
    this.code = code;
    this.differences = differences;
  }
}
