/**
 * Facts about the program, as labels.
 *
 * @module
 */

import { CellSeries, ScalarMetric } from "./cell_metric.ts";
import type { LabelValues } from "./label_table.ts";
import type { InfoOptions } from "./metric_options.ts";
import { requireOptions } from "../../coordination/require_options.ts";
import { NAME_AND_HELP } from "./definition.ts";

/** Facts such as the program's version: one series with the value 1, whose labels tell them. */
export interface Info<Label extends string> {
  /**
   * Tells other facts from now on.
   *
   * @throws {TypeError} If a label is missing or unknown, or a value is not a string.
   */
  set(values: LabelValues<Label>): void;
}

/**
 * The facts that an info begins with.
 *
 * @throws {TypeError} If there are none.
 */
export function requireFacts<Label extends string>(options: InfoOptions<Label>): LabelValues<Label> {
  const { name, values } = requireOptions("register an info", options, NAME_AND_HELP);
  if (typeof values === "object" && values !== null) return values;
  throw new TypeError(
    `Cannot register metric "${name}" with values ${String(values)}: expected an object of strings; ` +
      'pass { version: "1.0" }',
  );
}

/** What {@linkcode InfoMetric} binds: nobody else does. */
class InfoSeries extends CellSeries {}

/** Facts: one series that is always 1. */
export class InfoMetric extends ScalarMetric<InfoSeries> implements Info<string> {
  set(values: LabelValues<string>): void {
    if (this.table.find(values) >= 0) return;
    this.table.requireValues(values);
    for (const slot of this.slots()) this.drop(slot);
    const slot = this.slotOf(values); // may replace the cells
    this.cells[slot] = 1;
    this.note?.recorded(slot);
  }

  protected override makeBound(): InfoSeries {
    return new InfoSeries(this);
  }
}
