/**
 * The ratio within each pair of processes, in the order in which the pairs ran, beside the band within which a change does not
 * matter.
 *
 * @module
 */

import { formatNumber } from "../../number_format.ts";
import { plural } from "../../facts.ts";
import { axisY, changeTick } from "./axis.ts";
import { draw, Plot } from "./drawing.ts";
import { ratioDomain, ratioTicks } from "./ratio_cell.ts";

const WIDTH = 340;
const HEIGHT = 130;

/** Draws the ratios; undefined if there are none. */
export function pairsChart(
  { pairRatios, ratio, threshold }: {
    readonly pairRatios: readonly number[];
    readonly ratio: number;
    readonly threshold: number;
  },
): string | undefined {
  if (pairRatios.length === 0) return undefined;
  const domain = ratioDomain([ratio, ...pairRatios].map((ratio) => ({ ratio, interval: null })), threshold);
  const inside = (value: number) => Math.min(domain[1], Math.max(domain[0], value));
  const count = pairRatios.length;
  return draw(
    {
      className: "chart pairs",
      label: `Ratios within ${plural(count, "pair")} of processes, in order: ${
        pairRatios.slice(0, 12).map((pair) => formatNumber(pair, 3)).join(", ")
      }${count > 12 ? " and so on" : ""}`,
    },
    {
      width: WIDTH,
      height: HEIGHT,
      marginTop: 8,
      marginRight: 8,
      marginBottom: 8,
      marginLeft: 52,
      x: { axis: null, type: "linear", domain: [0, count] },
      y: { type: "log", domain: [...domain] },
      marks: [
        Plot.rect([0], {
          x1: () => 0,
          x2: () => count,
          y1: () => inside(1 / (1 + threshold)),
          y2: () => inside(1 + threshold),
          className: "band",
        }),
        ...axisY(changeTick, ratioTicks(domain, 1)),
        Plot.ruleY([1], { className: "one" }),
        Plot.line([0, count], { x: (end: number) => end, y: () => inside(ratio), className: "estimate" }),
        Plot.line(pairRatios, { x: (_, i) => i + 0.5, y: (pair: number) => inside(pair), className: "dots" }),
      ],
    },
  );
}
