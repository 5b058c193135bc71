/**
 * What each process measured, on both sides of a comparison: a line of dots for each run, and the estimates.
 *
 * @module
 */

import type { SideFigure } from "../../../compare/comparison.ts";
import { plural } from "../../facts.ts";
import { figureText } from "../../comparison/comparison_words.ts";
import { axisX, durationTicks } from "./axis.ts";
import { draw, Plot } from "./drawing.ts";
import { valueScale, within } from "./samples_of.ts";

const WIDTH = 340;
const ROW_HEIGHT = 18;
const MARGIN = { top: 2, right: 16, bottom: 22, left: 78 };

/** More runs than this share a line. */
const MAX_ROWS = 12;

/** Draws the processes of both sides; `sides` are the baseline and the current one. */
export function processesChart(baseline: SideFigure, current: SideFigure): string {
  const rows = [...rowsOf("baseline", baseline), ...rowsOf("current", current)];
  const dots = rows.flatMap(({ values, side }, row) => values.map((value) => ({ row, value, side })));
  const scale = valueScale(dots.map(({ value }) => value));
  const format = baseline.unit === "ns"
    ? durationTicks(scale.low, scale.high)
    : (value: number) => figureText(value, baseline.unit);
  const points = (side: string) => dots.filter((dot) => dot.side === side);
  const count = (side: string) => plural(points(side).length, "process", "es");
  return draw(
    {
      className: "chart processes",
      label: `Baseline ${figureText(baseline.value, baseline.unit)} over ${count("baseline")}, ` +
        `current ${figureText(current.value, current.unit)} over ${count("current")}`,
    },
    {
      width: WIDTH,
      height: MARGIN.top + rows.length * ROW_HEIGHT + MARGIN.bottom,
      marginTop: MARGIN.top,
      marginRight: MARGIN.right,
      marginBottom: MARGIN.bottom,
      marginLeft: MARGIN.left,
      x: { type: "linear", domain: [scale.low, scale.high], inset: 6 },
      y: { axis: null, type: "linear", domain: [rows.length - 0.5, -0.5] },
      marks: [
        ...axisX(format, 3),
        ...(["baseline", "current"] as const).map((side) =>
          Plot.line(points(side), {
            x: ({ value }: { value: number }) => within(scale, value),
            y: "row",
            z: "row",
            className: `dots ${side}`,
          })
        ),
        ...([["baseline", baseline], ["current", current]] as const).map(([side, { value }]) =>
          Plot.ruleX([within(scale, value)], { className: `estimate ${side}` })
        ),
        Plot.text(rows, { x: scale.low, y: (_, i) => i, text: "label", dx: -14, className: "tick end" }),
      ],
    },
  );
}

interface Row {
  readonly side: "baseline" | "current";
  readonly label: string;
  readonly values: readonly number[];
}

function rowsOf(side: "baseline" | "current", { forks }: SideFigure): Row[] {
  if (forks.length > MAX_ROWS) return [{ side, label: `${side} (${forks.length})`, values: forks.flat() }];
  return forks.map((values, i) => ({ side, label: forks.length === 1 ? side : `${side} ${i + 1}`, values }));
}
