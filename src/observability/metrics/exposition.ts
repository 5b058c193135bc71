/**
 * The text that Prometheus reads, version 0.0.4 of the format.
 * See https://prometheus.io/docs/instrumenting/exposition_formats/.
 *
 * @module
 */

import type { Counter } from "./counter.ts";

/** The content type to serve the text with. */
export const EXPOSITION_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Labels as they are printed, in the metric's own order; so it identifies a series whatever the order of the values given.
 *
 * @throws {TypeError} If a label is missing or unknown, or a value is not a string.
 */
export function labelText(
  metric: string,
  labels: readonly string[],
  values: Readonly<Record<string, string>>,
): string {
  let text = "";
  for (const label of labels) {
    const value: unknown = Object.hasOwn(values, label) ? values[label] : undefined;
    if (typeof value !== "string") {
      throw new TypeError(
        `Cannot label metric "${metric}": expected a string for "${label}", got ${
          String(value)
        }; give every label of ` +
          `${labels.join(", ")} a string`,
      );
    }
    text += `${text === "" ? "" : ","}${label}="${escapeLabelValue(value)}"`;
  }
  const unknown = Object.keys(values).find((name) => !labels.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`Cannot label metric "${metric}": it has no label "${unknown}"; it has ${labels.join(", ")}`);
  }
  return text;
}

/** One metric: its two comment lines, and a line for each series. */
export function counterText(name: string, help: string, series: Iterable<readonly [string, Counter]>): string {
  let text = `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} counter\n`;
  for (const [labels, counter] of series) text += `${name}${labels === "" ? "" : `{${labels}}`} ${counter.value}\n`;
  return text;
}

/** Half a surrogate pair cannot be written as UTF-8, where different halves would become the same character. */
function escapeLabelValue(value: string): string {
  return value.toWellFormed().replace(/[\\"\n]/g, (character) => character === "\n" ? "\\n" : `\\${character}`);
}

function escapeHelp(help: string): string {
  return help.toWellFormed().replace(/[\\\n]/g, (character) => character === "\n" ? "\\n" : "\\\\");
}
