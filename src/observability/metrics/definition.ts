/**
 * What a metric says about itself.
 *
 * @module
 */

import { lintName } from "./name_lint.ts";
import { requireLabelNames, requireMetricName } from "./names.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** The label of an overflow series: what exporters of OpenTelemetry's metrics print for it. */
export const OVERFLOW_LABEL = "otel_metric_overflow";

/** What a metric is, in the words of OpenMetrics. */
export type MetricType = "counter" | "gauge" | "histogram" | "summary" | "info" | "stateset";

/** What every metric says about itself. */
export interface MetricOptions {
  /** Unique within the registry, such as `"http_requests_total"`: `snake_case`, the unit last, then `_total` if it is a counter. */
  readonly name: string;
  /** What it tells, in a few words. */
  readonly help: string;
  /**
   * Its base unit, such as `"seconds"`, `"bytes"` or `"ratio"`, which is a part of its name. Needed by whatever measures (a
   * histogram, a summary), `"none"` if it has none; a counter of events has none.
   */
  readonly unit?: string;
}

/** Options of a metric that measures something: it must say in which unit. */
export interface MeasureOptions extends MetricOptions {
  /** Its base unit, or `"none"`. */
  readonly unit: string;
}

/** Options of a metric with labels. */
export interface LabelOptions<Label extends string> {
  /** Names of its labels, in the order in which they are printed. */
  readonly labels: readonly Label[];
  /**
   * How many label sets it keeps apart: an integer of at least 1, or `Infinity`. Default 2,000, as in OpenTelemetry. What is
   * recorded with another label set goes to one overflow series, printed with the label `otel_metric_overflow="true"` alone.
   */
  readonly maxSeries?: number;
  /**
   * How many UTF-16 units the label values of all its series may have: an integer of at least 1, or `Infinity`. Default
   * 4,194,304, 4 Mi. A label set that does not fit goes to the overflow series; no value is ever cut, which would make different
   * ones the same.
   */
  readonly maxLabelCharacters?: number;
  /**
   * A series that was not recorded to for that long is dropped when the metrics are next printed; it starts again from nothing when it is
   * recorded to. Milliseconds above 0. Default: never. The time is counted from the first printing that found it idle.
   */
  readonly expireAfterMs?: number;
}

/** A metric's options, checked. */
export interface Definition {
  readonly type: MetricType;
  readonly name: string;
  /** The name without what the type adds: what OpenMetrics calls the metric family. */
  readonly family: string;
  readonly help: string;
  /** Undefined if it has none. */
  readonly unit: string | undefined;
  readonly labels: readonly string[];
  readonly maxSeries: number;
  readonly maxLabelCharacters: number;
  readonly expireAfterMs: number | undefined;
  /** Everything that makes it differ from another one, as text. */
  readonly signature: string;
}

/** Options as they come in: all that any metric has. */
export type AnyOptions = MetricOptions & Partial<LabelOptions<string>>;

/** What a type adds to a name, and so which names are its own. */
const OWN_SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ["", "_total", "_created"],
  gauge: [""],
  histogram: ["", "_bucket", "_count", "_sum", "_created"],
  summary: ["", "_count", "_sum", "_created"],
  info: ["", "_info"],
  stateset: [""],
};

const REQUIRED_SUFFIX: Partial<Record<MetricType, string>> = { counter: "_total", info: "_info" };

/** Every name that a metric prints, or that a reader could take for its own. */
export function namesOf({ type, family }: Definition): string[] {
  return OWN_SUFFIXES[type].map((suffix) => family + suffix);
}

/** What to pass instead of what are no options of a metric. */
export const NAME_AND_HELP = "pass at least { name, help }";

/**
 * Checks what a metric says about itself.
 *
 * @param own What its type alone has, such as the buckets: a part of its signature.
 * @param lint Whether names and help must follow the conventions, beyond what the formats demand.
 * @throws {TypeError} If a name is none, or breaks the conventions.
 * @throws {RangeError} If a limit is out of range.
 */
export function define(
  type: MetricType,
  options: AnyOptions,
  { own, lint }: { readonly own: object; readonly lint: boolean },
): Definition {
  const { name, help, unit: givenUnit, labels = [] } = requireOptions("register a metric", options, NAME_AND_HELP);
  requireMetricName(name);
  if (typeof help !== "string") {
    throw new TypeError(
      `Cannot register metric "${name}": expected a help text, got ${String(help)}; say what it tells`,
    );
  }
  requireLabelNames(name, labels);
  requireFreeLabels({ type, name, labels });
  const unit = givenUnit === "none" ? undefined : givenUnit;
  if (givenUnit === undefined && (type === "histogram" || type === "summary")) {
    throw new TypeError(
      `Cannot register metric "${name}": expected a unit, got undefined; say "seconds", "bytes" ..., or "none"`,
    );
  }
  if (unit !== undefined && !(typeof unit === "string" && /^[a-zA-Z0-9_:]+$/.test(unit))) {
    throw new TypeError(
      `Cannot register metric "${name}" with unit ${JSON.stringify(unit)}: expected a word; say "seconds"`,
    );
  }
  const suffix = REQUIRED_SUFFIX[type] ?? "";
  if (!name.endsWith(suffix) || name === suffix) {
    throw new TypeError(
      `Cannot register ${type} "${name}": expected a name that ends in "${suffix}"; call it "${name}${suffix}"`,
    );
  }
  const family = name.slice(0, name.length - suffix.length);
  if (unit !== undefined && !family.endsWith(`_${unit}`)) {
    throw new TypeError(
      `Cannot register metric "${name}" in ${unit}: expected the unit at the end of the name; ` +
        `call it "${family}_${unit}${suffix}"`,
    );
  }
  if (lint) lintName({ type, name, family, help, unit });
  const limits = {
    maxSeries: requireLimit(name, "maxSeries", options.maxSeries ?? 2_000),
    maxLabelCharacters: requireLimit(name, "maxLabelCharacters", options.maxLabelCharacters ?? 4 * 2 ** 20),
    expireAfterMs: requireExpiry(name, options.expireAfterMs),
  };
  const signature = JSON.stringify(
    { type, help, unit, labels, ...limits, ...own },
    (_, value: unknown) => value === Infinity ? "Infinity" : value,
  );
  return { type, name, family, help, unit, labels: Object.freeze([...labels]), ...limits, signature };
}

/** The labels that a type prints itself, and that of the overflow series, are not the user's. */
function requireFreeLabels({ type, name, labels }: Pick<Definition, "type" | "name" | "labels">): void {
  const own = { histogram: "le", summary: "quantile", stateset: name, counter: "", gauge: "", info: "" }[type];
  const taken = labels.find((label) => label === own || label === OVERFLOW_LABEL);
  if (taken !== undefined) {
    throw new TypeError(
      `Cannot register metric "${name}" with label "${taken}": expected another, this one is printed by the metric itself; rename it`,
    );
  }
  if (type === "stateset" && name.includes(":")) {
    throw new TypeError(`Cannot register metric "${name}": expected no ":", the name is a label's, too; use _`);
  }
}

function requireLimit(metric: string, option: string, limit: number): number {
  if (limit === Infinity || (Number.isSafeInteger(limit) && limit >= 1)) return limit;
  throw new RangeError(
    `Cannot register metric "${metric}" with ${option} ${String(limit)}: expected an integer of at least 1; ` +
      "pass Infinity for no limit",
  );
}

function requireExpiry(metric: string, expireAfterMs: number | undefined): number | undefined {
  if (expireAfterMs === undefined || (typeof expireAfterMs === "number" && expireAfterMs > 0)) return expireAfterMs;
  throw new RangeError(
    `Cannot register metric "${metric}" with expireAfterMs ${String(expireAfterMs)}: expected milliseconds above 0; ` +
      "leave it out if no series shall expire",
  );
}
