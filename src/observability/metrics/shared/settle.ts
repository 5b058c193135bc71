/**
 * What is left when a thread has ended.
 *
 * @module
 */

import { boundsOf } from "../buckets.ts";
import { parseDeclaration } from "./declaration.ts";
import { METRIC, seriesOfPage } from "./layout.ts";
import { settleHistogram } from "./row.ts";
import type { Shard } from "./shard.ts";
import { FIRST_PAGE, pageWidth, parsePage } from "./sketch_row.ts";

/** Completes what a thread was doing, and takes back its gauges and states, which were true while it lived. */
export function settle(shard: Shard): void {
  const records = shard.records();
  const metrics = records.filter(({ of }) => of === METRIC).map(({ text }) => parseDeclaration(text));
  for (const { of, text, row } of records) {
    const metric = metrics[of], { memory } = shard;
    if (seriesOfPage(of) !== undefined) settleHistogram(memory, row, pageWidth(parsePage(text)));
    if (metric === undefined) continue; // a metric itself, or a page
    if (metric.kind === "histogram") settleHistogram(memory, row, boundsOf(metric.options).length + 2);
    else if (metric.kind === "summary" || metric.kind === "exponentialHistogram") {
      settleHistogram(memory, row, pageWidth(FIRST_PAGE));
    } else if (metric.kind === "stateSet") memory.doubles[row] = 0;
    else if (metric.kind === "gauge" && metric.acrossThreads !== "last") memory.doubles[row] = NaN;
  }
}
