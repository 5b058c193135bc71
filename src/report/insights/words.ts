/**
 * How evidence is put into words.
 *
 * @module
 */

import type { BenchmarkIdentity, Estimate } from "../../measure/document.ts";
import { labelOf } from "../document_view.ts";
import { formatNumber } from "../number_format.ts";
import { shortenMiddle } from "../shorten.ts";
import { visibleText } from "../../visible_text.ts";

const MAX_COLUMNS = 60;

/** A benchmark by suite, name and parameters, in quotes: safe to print, and no longer than a line holds. */
export function quoted(benchmark: Pick<BenchmarkIdentity, "suite" | "name" | "params">): string {
  return `"${shortenMiddle(`${visibleText(benchmark.suite)}: ${labelOf(benchmark)}`, MAX_COLUMNS)}"`;
}

/** A value of a parameter: safe to print, and short. */
export function shown(value: string | number | boolean): string {
  return typeof value === "number"
    ? formatNumber(value, Number.isInteger(value) ? 0 : 2)
    : shortenMiddle(visibleText(String(value)), MAX_COLUMNS / 2);
}

/** `2.45 times (2.40 to 2.51, 95 % interval)`. */
export function times(ratio: Estimate): string {
  return `${formatNumber(ratio.point, 2)} times (${intervalText(ratio, (value) => formatNumber(value, 2))})`;
}

/** `2.40 to 2.51, 95 % interval`. */
export function intervalText({ low, high, level }: Estimate, format: (value: number) => string): string {
  return `${format(low)} to ${format(high)}, ${formatNumber(100 * level)} % interval`;
}
