/** What the reports' tests render with, unless they say otherwise. */
import type { ReportOptions } from "../report.ts";

/** A plain terminal of 80 columns. */
export const PLAIN: ReportOptions = { width: 80, color: false, savedTo: [] };
