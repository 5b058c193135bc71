/**
 * Conventions for the names of metrics, those that `promtool check metrics` asks for.
 * See https://prometheus.io/docs/practices/naming/.
 *
 * @module
 */

import type { MetricType } from "./definition.ts";

/** Units that are not base units, with what to use instead. */
const BASE_UNITS: Readonly<Record<string, string>> = {
  ms: "seconds",
  milliseconds: "seconds",
  us: "seconds",
  microseconds: "seconds",
  ns: "seconds",
  nanoseconds: "seconds",
  sec: "seconds",
  s: "seconds",
  minutes: "seconds",
  hours: "seconds",
  days: "seconds",
  kb: "bytes",
  kilobytes: "bytes",
  mb: "bytes",
  megabytes: "bytes",
  gb: "bytes",
  gigabytes: "bytes",
  bits: "bytes",
  percent: "ratio",
};

/** Units that a name must not have without the metric saying so. */
const UNITS = ["seconds", "bytes", "ratio", "meters", "grams", "joules", "volts", "amperes", "celsius"];

/** What types add to names: a metric of another type would be taken for a part of theirs. */
const SUFFIXES: readonly (readonly [suffix: string, type: string])[] = [
  ["_total", "counter"],
  ["_info", "info"],
  ["_bucket", "histogram"],
  ["_count", "histogram or summary"],
  ["_sum", "histogram or summary"],
  ["_created", "counter, histogram or summary"],
];

/** What the lint looks at. */
export interface LintedMetric {
  readonly type: MetricType;
  readonly name: string;
  readonly family: string;
  readonly help: string;
  readonly unit: string | undefined;
}

/**
 * Holds a metric to the conventions.
 *
 * @throws {TypeError} At the first that it breaks, with what to do.
 */
export function lintName({ name, family, help, unit }: LintedMetric): void {
  const parts = family.split("_");
  if (help.trim() === "") {
    throw broken(name, "expected a help text, got an empty one", "say in a few words what it tells");
  }
  if (/[A-Z]/.test(name)) throw broken(name, "expected snake_case", "write words in small letters, with _ between");
  if (name.includes(":")) throw broken(name, 'expected no ":", which is for recording rules', "use _");
  for (const [suffix, type] of SUFFIXES) {
    if (family.endsWith(suffix)) {
      throw broken(name, `expected no name that ends in "${suffix}", which a ${type} adds`, "leave it away");
    }
  }
  for (const part of parts.slice(1)) {
    const base = BASE_UNITS[part];
    if (base !== undefined) throw broken(name, `expected a base unit, got "${part}"`, `measure in ${base}`);
  }
  const last = parts.at(-1)!;
  if (unit === undefined && UNITS.includes(last)) {
    throw broken(name, `expected unit "${last}", as its name says, got none`, `pass unit: "${last}"`);
  }
}

function broken(name: string, what: string, advice: string): TypeError {
  return new TypeError(
    `Cannot register metric "${name}": ${what}; ${advice}, or make the registry with lint: false`,
  );
}
