/**
 * What a report is: a result document in, one text out.
 *
 * @module
 */

import type { ResultDocument } from "../measure/document.ts";

/** Where a report is going to be read. */
export interface ReportOptions {
  /** Columns of the terminal; only the table heeds it. */
  readonly width: number;
  /** Whether colours may be used; only the table heeds it, and no colour is ever the only sign. */
  readonly color: boolean;
  /** Files that the run has written, to be named at the end of a table. */
  readonly savedTo: readonly string[];
}

/** One format of report. */
export interface Report {
  /** What its files end with, without the dot. */
  readonly extension: string;
  /** The whole report; it ends with a newline. */
  render(document: ResultDocument, options: ReportOptions): string;
}
