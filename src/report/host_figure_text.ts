/**
 * The figures of a host in words.
 *
 * @module
 */

import type { HostFacts, HostFigure } from "../measure/document_environment.ts";
import { BUFFER_BYTES } from "../measure/host/memory.ts";
import { BYTE_UNITS, formatNumber, formatScaled } from "./number_format.ts";
import { shortenEnd } from "./shorten.ts";
import { visibleText } from "../visible_text.ts";

const NAMES: ReadonlyMap<string, string> = new Map([
  ["integer", "Integer"],
  ["float", "Float"],
  ["memory_latency", "Memory latency"],
  ["memory_bandwidth", "Memory bandwidth"],
  ["allocation", "Allocation"],
  ["disk_sync_write", "Disk sync write"],
  ["loopback_round_trip", "Loopback round trip"],
]);

/** What people call a figure; one that this program does not know keeps its name. */
export function figureName({ name }: Pick<HostFigure, "name">): string {
  return NAMES.get(name) ?? visibleText(name.replaceAll("_", " "));
}

/** `3,657 Mop/s`. */
export function figureValue(figure: HostFigure): string {
  if (figure.status === "missing") return "not measured";
  return `${figureNumber(figure.value.point)} ${visibleText(figure.unit)}`;
}

/** `3,322 to 3,813 (95 %)`, or why there is none. */
export function figureInterval(figure: HostFigure): string {
  if (figure.status === "missing") return shortenEnd(visibleText(figure.reason), 100);
  const { low, high, level } = figure.value;
  return `${figureNumber(low)} to ${figureNumber(high)} (${formatNumber(100 * level)} %)`;
}

/** Three digits, or all before the point. */
export function figureNumber(value: number): string {
  return formatNumber(value, Math.max(0, Math.min(4, 2 - Math.floor(Math.log10(Math.max(value, 1e-4))))));
}

/** What must be known of the figures: of one process only, or of a cache instead of memory. */
export function figureNotes(figures: readonly HostFigure[], host: HostFacts | null): string[] {
  const measured = figures.filter((figure) => figure.status === "measured");
  const cache = host?.lastCacheBytes ?? 0;
  return [
    ...(measured.length > 0 && measured.every(({ forks }) => forks === 1)
      ? ["of one process: another may differ by more than the intervals say; puffin-bench system takes four"]
      : []),
    ...(cache >= BUFFER_BYTES && measured.some(({ kind }) => kind === "memory")
      ? [
        `the last cache of ${formatScaled(cache, BYTE_UNITS)} holds the ${
          formatScaled(BUFFER_BYTES, BYTE_UNITS)
        } that ` +
        "memory is measured with: latency and bandwidth may be the cache's",
      ]
      : []),
  ];
}
