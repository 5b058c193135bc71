/**
 * The columns of the page's tables: the most important of those that every format has; the others unfold beneath a line.
 *
 * @module
 */

import type { MeasuredBenchmark } from "../../../measure/document.ts";
import { columnsFor, processTime, ratePerSecond } from "../../columns.ts";
import { intervalRatio } from "../../flags.ts";
import type { SortedColumn } from "./benchmark_view.ts";

interface Choice {
  /** What the column's title begins with. */
  readonly title: string;
  sortKey(result: MeasuredBenchmark): number | null;
}

/** The most important first: `templates/style/table.css` leaves out the last where a window is narrow. */
const CHOICES: readonly Choice[] = [
  { title: "Median", sortKey: ({ statistics }) => statistics.median },
  { title: "±", sortKey: (result) => intervalRatio(result) },
  { title: "Throughput", sortKey: ({ statistics }) => statistics.opsPerSecond },
  { title: "Elements", sortKey: (result) => ratePerSecond(result, "elements") },
  { title: "Bytes", sortKey: (result) => ratePerSecond(result, "bytes") },
  { title: "User", sortKey: (result) => processTime(result, "userNs") },
  { title: "System", sortKey: (result) => processTime(result, "systemNs") },
  { title: "Met?", sortKey: ({ meetsExpectation }) => meetsExpectation === null ? null : Number(meetsExpectation) },
  { title: "Allocated", sortKey: ({ memory }) => memory.allocatedBytes },
  { title: "GC", sortKey: gcShare },
  { title: "p25", sortKey: ({ statistics }) => statistics.p25 },
  { title: "p99", sortKey: ({ statistics }) => statistics.p99 },
  { title: "CPU", sortKey: ({ cpuPercent }) => cpuPercent },
];

/** The columns for these benchmarks: those that any of them has a figure for. */
export function pageColumns(results: readonly MeasuredBenchmark[]): SortedColumn[] {
  const columns = columnsFor(results);
  return CHOICES.flatMap((choice, key) => {
    const column = columns.find(({ title }) => title.startsWith(choice.title));
    if (column === undefined) return [];
    return [{
      ...column,
      key,
      sortKey: (result: MeasuredBenchmark) => result.status === "ok" ? choice.sortKey(result) : null,
    }];
  });
}

function gcShare({ memory: { gc }, statistics: { median } }: MeasuredBenchmark): number | null {
  return gc === null || median <= 0 ? null : gc.totalMs * 1e6 / gc.iterations / median;
}
