/**
 * What a report of a comparison is: a comparison in, one text out.
 *
 * @module
 */

import type { Comparison } from "../../compare/comparison.ts";
import type { ReportOptions } from "../report.ts";

/** One format of comparison report. */
export interface ComparisonReport {
  /** What its files end with, without the dot. */
  readonly extension: string;
  /** The whole report; it ends with a newline unless it is empty. */
  render(comparison: Comparison, options: ReportOptions): string;
}
