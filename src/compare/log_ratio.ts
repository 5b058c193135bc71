/**
 * From the logarithm of a ratio back to the ratio.
 *
 * @module
 */

import { studentTQuantile } from "../measure/statistics/student_t.ts";
import type { Interval } from "./comparison.ts";
import type { LogRatio } from "./equivalence.ts";

/** e to this is the last power that is a number; further off, no ratio means anything. */
const MAX_LOG = 700;

/** The ratio of a logarithm: always above 0 and finite. */
export function ratioOf(log: number): number {
  return Math.exp(Math.max(-MAX_LOG, Math.min(MAX_LOG, log)));
}

/** Student's interval of a ratio. */
export function ratioInterval({ effect, standardError, degreesOfFreedom }: LogRatio, level: number): Interval {
  const margin = studentTQuantile((1 + level) / 2, degreesOfFreedom) * standardError;
  return { low: ratioOf(effect - margin), high: ratioOf(effect + margin), level };
}
