/**
 * Axes of durations, ratios and counts, with labels that a person reads.
 *
 * @module
 */

import { DURATION_UNITS, formatNumber, type Unit, unitFor } from "../../number_format.ts";
import { Plot } from "./drawing.ts";

/** A number with as many decimals as tell it from its neighbours: `1.25`, `200`. */
export function shortNumber(value: number, digits = 3): string {
  const rounded = Number(value.toPrecision(digits));
  const decimals = Math.max(0, Math.min(6, digits - 1 - Math.floor(Math.log10(Math.abs(rounded) || 1))));
  const text = formatNumber(rounded, decimals);
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Labels of a duration axis: all in the unit of its upper end, which the last of them names. */
export function durationTicks(low: number, high: number): (durationNs: number) => string {
  const unit = unitFor(high, DURATION_UNITS);
  // Neighbours must differ: digits for a quarter of the picture within the value itself.
  const digits = Math.min(9, Math.max(3, 2 + Math.ceil(Math.log10(high / Math.max(high - low, high * 1e-6)))));
  return (durationNs) => `${shortNumber(durationNs / unit.size, digits)} ${unit.symbol}`;
}

/** A duration in its own unit: `10 µs`. */
export function durationTick(durationNs: number): string {
  const unit: Unit = unitFor(durationNs, DURATION_UNITS);
  return `${shortNumber(durationNs / unit.size)} ${unit.symbol}`;
}

/** A ratio as a change: `+10 %`, `−5 %`, `0`. */
export function changeTick(ratio: number): string {
  const percent = 100 * (ratio - 1);
  if (Math.abs(percent) < 1e-9) return "0";
  if (ratio >= 3 || ratio <= 1 / 3) return `${shortNumber(ratio)}×`;
  return `${percent > 0 ? "+" : "−"}${shortNumber(Math.abs(percent))} %`;
}

/** The marks of a horizontal axis: a grid and a label at every tick (`tickFormat` would leave some out on log scales). */
export function axisX(format: (value: number) => string, ticks: number | number[]): Plot.Markish[] {
  return [
    Plot.gridX({ className: "grid", ticks }),
    Plot.axisX({ className: "tick", tickSize: 0, label: null, ticks, text: format }),
  ];
}

/** The marks of a vertical axis: a grid and labels, without tick marks. */
export function axisY(format: (value: number) => string, ticks: number | number[]): Plot.Markish[] {
  return [
    Plot.gridY({ className: "grid", ticks }),
    Plot.axisY({ className: "tick end", tickSize: 0, label: null, ticks, text: format }),
  ];
}
