/**
 * What a thread says of a metric that it records.
 *
 * @module
 */

import { boundsOf } from "../buckets.ts";
import { type AnyOptions, define, type Definition, type MetricOptions } from "../definition.ts";
import type { HistogramOptions } from "../metric_options.ts";

/**
 * How the gauges of threads make one: `"sum"`, `"max"` or `"min"` of all threads that live, or `"last"`, what was set last by any thread,
 * even if that has ended.
 */
export type AcrossThreads = "sum" | "max" | "min" | "last";

/** Options of a gauge that threads set. */
export interface ThreadGaugeOptions extends MetricOptions {
  /** How the gauges of all threads make one. Default `"sum"`. */
  readonly acrossThreads?: AcrossThreads;
}

/** A metric as a thread declares it; as text, what tells it from another one. */
export type Declaration =
  | { readonly kind: "counter" | "upDownCounter"; readonly options: AnyOptions }
  | { readonly kind: "gauge"; readonly acrossThreads: AcrossThreads; readonly options: AnyOptions }
  | { readonly kind: "histogram"; readonly options: HistogramOptions & AnyOptions };

/** A declaration that was checked. */
export interface CheckedDeclaration {
  readonly definition: Definition;
  readonly text: string;
  /** Doubles of a series' row in a registry. */
  readonly width: number;
  /** Bounds of a histogram; none for others. */
  readonly bounds: readonly number[];
}

/**
 * Checks a declaration.
 *
 * @throws {TypeError} As the registry's method of that kind, or if a series is to expire: what threads have recorded stays.
 * @throws {RangeError} Likewise.
 */
export function checkDeclaration(declaration: Declaration, lint: boolean): CheckedDeclaration {
  const { kind, options } = declaration;
  if (options.expireAfterMs !== undefined) {
    throw new TypeError(
      `Cannot share metric "${options.name}" with expireAfterMs ${
        String(options.expireAfterMs)
      }: expected none, since what ` +
        "threads have recorded stays; leave it out",
    );
  }
  const bounds = kind === "histogram" ? boundsOf(declaration.options) : [];
  const type = kind === "upDownCounter" ? "gauge" : kind, definition = define(type, options, { own: {}, lint });
  const width = bounds.length === 0 ? 1 : bounds.length + 2;
  return { definition, text: JSON.stringify(plain(declaration)), width, bounds };
}

/** A declaration of which all is known that its text must have. */
function plain(declaration: Declaration): Declaration {
  const { name, help, unit, labels, maxSeries, maxLabelCharacters } = declaration.options;
  const options = {
    name,
    help,
    ...(unit === undefined ? {} : { unit }),
    ...(labels === undefined ? {} : { labels }),
    ...(maxSeries === undefined ? {} : { maxSeries }),
    ...(maxLabelCharacters === undefined ? {} : { maxLabelCharacters }),
  };
  if (declaration.kind !== "histogram") return { ...declaration, options };
  return {
    kind: declaration.kind,
    options: { ...options, unit: declaration.options.unit, buckets: boundsOf(declaration.options) },
  };
}

/** What {@linkcode checkDeclaration} made the text of. */
export function parseDeclaration(text: string): Declaration {
  return JSON.parse(text, (key, value) => value === null && UNLIMITED.includes(key) ? Infinity : value);
}

/** Limits that may be infinite, which JSON writes as null. */
const UNLIMITED: readonly string[] = ["maxSeries", "maxLabelCharacters"];
