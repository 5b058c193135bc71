/**
 * The comparison itself, as JSON.
 *
 * @module
 */

import type { ComparisonReport } from "./comparison_report.ts";
import { visibleJson } from "../../visible_text.ts";

/** The comparison on one line; `jq .` lays it out, and `report` shows it again. */
export const jsonComparison: ComparisonReport = {
  extension: "json",
  render: (comparison) => visibleJson(comparison) + "\n",
};
