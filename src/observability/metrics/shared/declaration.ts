/**
 * What a thread says of a metric that it records.
 *
 * @module
 */

import { foundValue } from "../../../coordination/found_value.ts";
import { boundsOf } from "../buckets.ts";
import { type AnyOptions, define, type Definition, type MetricOptions, type MetricType } from "../definition.ts";
import type {
  ExponentialHistogramOptions,
  HistogramOptions,
  InfoOptions,
  StateSetOptions,
  SummaryOptions,
} from "../metric_options.ts";
import { exponentialSketchesOf, summarySketchesOf } from "../sketch_options.ts";
import { requireStates } from "../state_set.ts";

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
  | { readonly kind: "histogram"; readonly options: HistogramOptions & AnyOptions }
  | { readonly kind: "exponentialHistogram"; readonly options: ExponentialHistogramOptions & AnyOptions }
  | { readonly kind: "summary"; readonly options: SummaryOptions & AnyOptions }
  | { readonly kind: "stateSet"; readonly options: StateSetOptions<string> & AnyOptions }
  | { readonly kind: "info"; readonly options: InfoOptions<string> & AnyOptions };

/** What each kind is in the words of OpenMetrics. */
const TYPES: Readonly<Record<Declaration["kind"], MetricType>> = {
  counter: "counter",
  upDownCounter: "gauge",
  gauge: "gauge",
  histogram: "histogram",
  exponentialHistogram: "histogram",
  summary: "summary",
  stateSet: "stateset",
  info: "info",
};

/** A declaration that was checked. */
export interface CheckedDeclaration {
  readonly definition: Definition;
  readonly text: string;
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
  if (kind === "gauge") requireAcrossThreads(options.name, declaration.acrossThreads);
  const labels = kind === "info" ? { labels: Object.keys(declaration.options.values) } : {};
  const definition = define(TYPES[kind], { ...options, ...labels }, { own: {}, lint });
  if (kind === "stateSet") requireStates(options.name, declaration.options.states);
  return { definition, text: JSON.stringify(plain(declaration)) };
}

/** A declaration of which all is known that its text must have, and with all defaults. */
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
  switch (declaration.kind) {
    case "histogram": {
      const { kind, options: own } = declaration;
      return { kind, options: { ...options, unit: own.unit, buckets: boundsOf(own) } };
    }
    case "exponentialHistogram": {
      const { kind, options: own } = declaration, { relativeError, maxBuckets } = exponentialSketchesOf(own);
      return { kind, options: { ...options, unit: own.unit, relativeError, maxBuckets } };
    }
    case "summary": {
      const { kind, options: own } = declaration;
      return { kind, options: { ...options, unit: own.unit, ...summarySketchesOf(own) } };
    }
    case "stateSet":
      return { kind: declaration.kind, options: { ...options, states: declaration.options.states } };
    case "info":
      return { kind: declaration.kind, options: { ...options, values: declaration.options.values } };
    default:
      return { ...declaration, options };
  }
}

/** What {@linkcode checkDeclaration} made the text of. */
export function parseDeclaration(text: string): Declaration {
  return JSON.parse(text, (key, value) => value === null && UNLIMITED.includes(key) ? Infinity : value);
}

/** Limits that may be infinite, which JSON writes as null. */
const UNLIMITED: readonly string[] = ["maxSeries", "maxLabelCharacters"];

function requireAcrossThreads(metric: string, acrossThreads: AcrossThreads): void {
  if (["sum", "max", "min", "last"].includes(acrossThreads)) return;
  throw new TypeError(
    `Cannot share metric "${metric}" with acrossThreads ${
      foundValue(acrossThreads)
    }: expected "sum", "max", "min" or "last"; ` +
      'leave it out for "sum"',
  );
}
