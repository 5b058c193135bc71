/**
 * The procedure that is tested.
 *
 * @module
 */

import { DUET_DEFAULTS } from "../duet/mod.ts";
import type { Procedure } from "./replay.ts";

/** What `ab`, or `ab --quick`, does when nothing else is said. */
export function defaultProcedure(quick: boolean): Procedure {
  const { thresholdPercent, levelPercent, budgetMs } = DUET_DEFAULTS;
  return {
    threshold: thresholdPercent / 100,
    alpha: Number((1 - levelPercent / 100).toFixed(6)), // without the rounding error of the subtraction
    errorControl: "fdr",
    budgetMs: quick ? budgetMs.quick : budgetMs.full,
    quick,
  };
}
