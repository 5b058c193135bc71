/**
 * What the metrics whose series are sketches are made with, checked, and with their defaults.
 *
 * @module
 */

import type { ExponentialHistogramOptions, SummaryOptions } from "./metric_options.ts";
import { requireSketchOptions } from "./quantile_sketch.ts";
import type { SketchOptions } from "./sketch_arena.ts";
import { requireOptions } from "../../coordination/require_options.ts";
import { NAME_AND_HELP } from "./definition.ts";

/** What a metric of sketches has beyond its definition. */
export interface SketchMetricOptions extends SketchOptions {
  /** Which quantiles a summary prints. */
  readonly quantiles: readonly number[];
}

const DEFAULT_QUANTILES = [0.5, 0.9, 0.95, 0.99];

/**
 * The sketches of a histogram with exponential buckets.
 *
 * @throws {RangeError} If an option is out of range.
 */
export function exponentialSketchesOf(options: ExponentialHistogramOptions): SketchMetricOptions {
  requireOptions("register a histogram", options, NAME_AND_HELP);
  const { name, relativeError = 0.05, maxBuckets = 160 } = options;
  requireSketchOptions(`register metric "${name}"`, { relativeError, maxBuckets });
  return { relativeError, maxBuckets, quantiles: [] };
}

/**
 * The sketches of a summary.
 *
 * @throws {RangeError} If an option is out of range, or a quantile is none, or there twice.
 * @throws {TypeError} If they are no list.
 */
export function summarySketchesOf(options: SummaryOptions): SketchMetricOptions {
  requireOptions("register a summary", options, NAME_AND_HELP);
  const { name, relativeError = 0.01, maxBuckets = 2_048, quantiles = DEFAULT_QUANTILES } = options;
  if (!Array.isArray(quantiles)) {
    throw new TypeError(
      `Cannot register metric "${name}" with quantiles ${
        String(quantiles)
      }: expected a list of numbers; pass [0.5, 0.99]`,
    );
  }
  const wrong = quantiles.find((q) => !(q >= 0 && q <= 1));
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot register metric "${name}" with quantile ${String(wrong)}: expected a number from 0 to 1; pass 0.99`,
    );
  }
  if (new Set(quantiles).size < quantiles.length) {
    throw new RangeError(
      `Cannot register metric "${name}" with a quantile twice: expected different ones in [${quantiles.join(", ")}]`,
    );
  }
  requireSketchOptions(`register metric "${name}"`, { relativeError, maxBuckets });
  return { relativeError, maxBuckets, quantiles };
}
