/**
 * Growth over parameters on the page.
 *
 * @module
 */

import type { Scaling } from "../../../measure/document.ts";
import { labelOf } from "../../document_view.ts";
import { formatNumber } from "../../number_format.ts";
import { shortenMiddle } from "../../shorten.ts";
import { visibleText } from "../../../visible_text.ts";
import { scalingChart } from "../charts/scaling_chart.ts";
import { MAX_LABEL_COLUMNS } from "../name_length.ts";

/** One fitted growth. */
export interface ScalingView {
  /** What grows. */
  readonly name: string;
  /** The fit in words. */
  readonly fit: string;
  /** The chart as SVG. */
  readonly svg: string;
}

/** Arranges what can be drawn. */
export function scalingViews(scaling: readonly Scaling[]): ScalingView[] {
  return scaling.flatMap((growth) => {
    const svg = scalingChart(growth);
    if (svg === undefined) return [];
    const parameter = shortenMiddle(visibleText(growth.parameter), MAX_LABEL_COLUMNS);
    return [{
      name: shortenMiddle(labelOf(growth), MAX_LABEL_COLUMNS),
      fit: `grows as ${parameter}^${formatNumber(growth.exponent, 2)} (${orderOf(growth.exponent)}; R² ` +
        `${formatNumber(growth.rSquared, 3)} over ${growth.points.length} values)`,
      svg,
    }];
  });
}

/** The growth that an exponent is near to. */
function orderOf(exponent: number): string {
  const near = [[0, "about constant"], [1, "about linear"], [2, "about quadratic"], [3, "about cubic"]] as const;
  const found = near.find(([order]) => Math.abs(exponent - order) <= 0.15)?.[1];
  if (found !== undefined) return found;
  if (exponent < 0) return "shrinking";
  return exponent < 1 ? "less than linear" : exponent < 2 ? "more than linear" : "more than quadratic";
}
