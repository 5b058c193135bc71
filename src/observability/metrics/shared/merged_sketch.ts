/**
 * A summary or histogram with exponential buckets of a registry, with what all threads have recorded of it.
 *
 * @module
 */

import { BucketCounts } from "../bucket_counts.ts";
import { ARENA_SKETCHES, type SketchArena } from "../sketch_arena.ts";
import type { SketchMetric } from "../sketch_metric.ts";
import { NOWHERE } from "../series.ts";
import { Folds } from "./folds.ts";
import type { SharedNumbers, SharedSeries, SharedTarget } from "./merged_metric.ts";
import { FIRST_PAGE, type SketchPage, SketchReading } from "./sketch_row.ts";

/** A row of one thread, with the place of its series in the registry. */
interface PlacedRow extends SharedSeries {
  readonly reading: SketchReading;
  /** Found anew if the registry's metric has dropped a series since. */
  slot: number;
  drops: number;
}

/** The counts of a row, and of all rows of a series, while they are added up. */
const COUNTS = new BucketCounts(), SUM = new BucketCounts();

/** Adds up the rows of all threads, beside what this thread records to the same metric. */
export class MergedSketch implements SharedTarget {
  readonly labels: readonly string[];
  readonly #metric: SketchMetric;
  readonly #rows: PlacedRow[] = [];
  readonly #folds: Folds;

  /** @param metric The registry's own. */
  constructor(metric: SketchMetric) {
    this.labels = metric.definition.labels;
    this.#metric = metric;
    this.#folds = new Folds(metric);
  }

  addFolds(row: number): void {
    this.#folds.add(row);
  }

  addSeries(series: SharedSeries): void {
    this.addPage(series, FIRST_PAGE);
  }

  addPage(series: SharedSeries, page: SketchPage): void {
    this.#rows.push({ ...series, reading: new SketchReading(page), slot: NOWHERE, drops: 0 });
  }

  /** Also tells who watches the metric of what has changed. */
  collect({ memory }: SharedNumbers): void {
    const metric = this.#metric, before = metric.elsewhere, now: SketchArena[] = [];
    this.#folds.collect(memory.doubles);
    const placed = Map.groupBy(this.#rows.filter((row) => this.#place(row)), ({ slot }) => slot);
    for (const [slot, rows] of placed) {
      const arena = now[Math.floor(slot / ARENA_SKETCHES)] ??= metric.makeArena(), sketch = slot % ARENA_SKETCHES;
      for (const { reading, row } of rows) reading.read(memory, row);
      arena.reset(sketch);
      addUp(arena, sketch, rows.map(({ reading }) => reading));
    }
    metric.elsewhere = now;
    if (metric.note === undefined) return;
    for (const slot of placed.keys()) if (countAt(now, slot) !== countAt(before, slot)) metric.note.recorded(slot);
  }

  #place(row: PlacedRow): boolean {
    const { values } = row, { drops } = this.#metric;
    if (values === undefined) row.slot = this.#folds.slot;
    else if (row.slot === NOWHERE || row.drops !== drops) {
      row.slot = this.#metric.slotOf(values);
      row.drops = drops;
    }
    return row.slot !== NOWHERE;
  }
}

/** Adds what rows of one series have to a sketch: all at once, since a sketch is packed anew each time. */
function addUp(arena: SketchArena, sketch: number, all: readonly SketchReading[]): void {
  const readings = all.filter(({ count }) => count > 0), counted = readings.filter(({ isOfZeros }) => !isOfZeros);
  const schema = Math.min(...counted.map(({ page }) => page.schema));
  SUM.reset(0, 0);
  let count = 0, sum = 0, min = Infinity, max = 0;
  for (const reading of readings) {
    reading.countsInto(COUNTS);
    for (let finer = reading.page.schema; finer > schema; finer--) COUNTS.coarsen();
    SUM.add(COUNTS);
    count += reading.count;
    sum += reading.sum;
    min = Math.min(min, reading.min);
    max = Math.max(max, reading.max);
  }
  arena.add(sketch, { count, sum, min, max }, { schema, buckets: SUM });
}

function countAt(arenas: SketchMetric["elsewhere"], slot: number): number {
  return arenas?.[Math.floor(slot / ARENA_SKETCHES)]?.count(slot % ARENA_SKETCHES) ?? 0;
}
