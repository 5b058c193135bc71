/**
 * What the name on a line of Go benchmark text says: name, parameters, processors.
 *
 * @module
 */

import type { ParameterValue } from "../../measure/definition.ts";
import { unescapeGoName } from "../go_name.ts";
import { typedValue } from "./typed_value.ts";

/**
 * What the `-8` at the end of names is in a file. `one`: all have the same, which is GOMAXPROCS, a setting. `several`: every
 * benchmark has been run with the same several (`-cpu 1,2`), so it is a parameter. `none`: it belongs to the name.
 */
export type ProcessorSuffixes = "one" | "several" | "none";

/** Tells from all names of a file what their suffixes are: `testing` adds none on one processor, so no single name can tell. */
export function processorSuffixes(names: readonly string[]): ProcessorSuffixes {
  const all = new Set(names.map(processorsOf));
  if (all.size <= 1) return all.size === 0 || all.has(undefined) ? "none" : "one";
  const byBase = Map.groupBy(new Set(names), withoutProcessors).values();
  return byBase.every((group) => group.length === all.size) ? "several" : "none";
}

/** The number at the end of a name, if there is one. */
export function processorsOf(name: string): number | undefined {
  const digits = /-(\d+)$/.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Splits a name at its slashes; the parts `key=value` at its end are its parameters, before another part they stay in the name. */
export function parseGoName(
  fullName: string,
  suffixes: ProcessorSuffixes,
): { name: string; params: Record<string, ParameterValue> } {
  const parts = (suffixes === "none" ? fullName : withoutProcessors(fullName)).split("/");
  const params: [string, ParameterValue][] = [];
  const keys = new Set(["__proto__"]);
  let end = parts.length;
  for (; end > 1; end--) {
    const part = parts[end - 1] ?? "";
    const equals = part.indexOf("=");
    const key = unescapeGoName(part.slice(0, Math.max(0, equals)));
    if (equals <= 0 || keys.has(key)) break;
    keys.add(key);
    params.unshift([key, typedValue(unescapeGoName(part.slice(equals + 1)))]);
  }
  if (suffixes === "several") params.push(["gomaxprocs", processorsOf(fullName) ?? 1]);
  return { name: parts.slice(0, end).map(plainPart).join("/"), params: Object.fromEntries(params) };
}

/** An equals sign that is not escaped stands between a key and a value that were escaped each by itself. */
function plainPart(part: string): string {
  return part.split("=").map(unescapeGoName).join("=");
}

function withoutProcessors(name: string): string {
  return name.replace(/-\d+$/, "");
}
