/**
 * How a benchmark's time grows with a parameter: log-log, the fitted power law, and for the eye what grows in proportion.
 *
 * @module
 */

import type { Scaling } from "../../../measure/document.ts";
import { formatDuration, formatNumber } from "../../number_format.ts";
import { visibleText } from "../../../visible_text.ts";
import { axisX, axisY, durationTick, shortNumber } from "./axis.ts";
import { draw, Plot } from "./drawing.ts";

const WIDTH = 380;
const HEIGHT = 230;

/** Draws the points that were fitted; undefined if a logarithmic scale has no place for them. */
export function scalingChart({ parameter, exponent, rSquared, points }: Scaling): string | undefined {
  const drawn = points.filter(({ value, p25 }) => value > 0 && p25 > 0).toSorted((a, b) => a.value - b.value);
  const [first, last] = [drawn[0], drawn.at(-1)];
  if (first === undefined || last === undefined || first.value === last.value) return undefined;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  // A least-squares line passes through the mean of its points.
  const centre = { x: mean(drawn.map(({ value }) => Math.log(value))), y: mean(drawn.map(({ p25 }) => Math.log(p25))) };
  const fit = (value: number) => Math.exp(centre.y + exponent * (Math.log(value) - centre.x));
  const ends = [first.value, last.value];
  const all = [...drawn.map(({ p25 }) => p25), ...ends.map(fit)];
  const [low, high] = [Math.min(...all) / 1.5, Math.max(...all) * 1.5];
  // Where it would leave the picture at the top, it ends.
  const proportional = [first.value, Math.min(last.value, first.value * high / first.p25)]
    .map((value) => ({ value, p25: first.p25 * value / first.value }));
  const name = visibleText(parameter);
  return draw(
    {
      className: "chart scaling",
      label: `Time against ${name} on logarithmic scales: ${
        drawn.map(({ value, p25 }) => `${shortNumber(value)}: ${formatDuration(p25)}`).join(", ")
      }; fitted exponent ${formatNumber(exponent, 2)}, R² ${formatNumber(rSquared, 3)}`,
    },
    {
      width: WIDTH,
      height: HEIGHT,
      marginTop: 8,
      marginRight: 20,
      marginBottom: 38,
      marginLeft: 62,
      x: { type: "log", domain: [first.value / 1.25, last.value * 1.25] },
      y: { type: "log", domain: [low, high] },
      marks: [
        ...axisX((value) => shortNumber(value), ticksOf(drawn.map(({ value }) => value))),
        ...axisY(durationTick, powersWithin(low, high)),
        Plot.line(proportional, { x: "value", y: "p25", className: "proportional" }),
        Plot.line(ends, { x: (value: number) => value, y: fit, className: "fit" }),
        Plot.dot(drawn, {
          x: "value",
          y: "p25",
          r: 4.5,
          className: "dot",
          title: ({ value, p25 }: { value: number; p25: number }) =>
            `${name} ${formatNumber(value)}: ${formatDuration(p25)}`,
        }),
        Plot.text([name], { frameAnchor: "bottom", dy: 32, className: "tick" }),
      ],
    },
  );
}

/** Values that lie too close together share a label. */
function ticksOf(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const apart = Math.log(high / low) / 6;
  return values.reduce<number[]>((chosen, value) => {
    const last = chosen.at(-1);
    return last === undefined || Math.log(value / last) >= apart ? [...chosen, value] : chosen;
  }, []);
}

/** Powers of ten, or steps between them where there are too few. */
function powersWithin(low: number, high: number): number[] {
  const powers = (steps: readonly number[]) => {
    const found: number[] = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
      for (const step of steps) found.push(step * 10 ** power);
    }
    return found.filter((value) => value >= low && value <= high);
  };
  const decades = powers([1]);
  if (decades.length >= 3) return decades.filter((_, i) => i % Math.ceil(decades.length / 6) === 0);
  const finer = powers([1, 2, 5]);
  return finer.length >= 2 ? finer : [low, high];
}
