/**
 * The comparison itself, as JSON.
 *
 * @module
 */

import type { ComparisonReport } from "./comparison_report.ts";

/** The comparison on one line; `jq .` lays it out, and `report` shows it again. */
export const jsonComparison: ComparisonReport = {
  extension: "json",
  render: (comparison) => JSON.stringify(comparison) + "\n",
};
