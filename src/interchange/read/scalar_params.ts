/**
 * Parameters out of another tool's file.
 *
 * @module
 */

import type { Parameters } from "../../measure/definition.ts";

/** The values as parameters, or null if one of them is no string, number or truth value: then the tool's own label must do. */
export function scalarParams(values: Readonly<Record<string, unknown>>): Parameters | null {
  const entries: [string, string | number | boolean][] = [];
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return null;
    entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}
