/**
 * The suites that a command asks for.
 *
 * @module
 */

import type { Suite } from "../measure/definition.ts";
import type { SuiteRegistry } from "./context.ts";
import { quote, UsageError } from "./usage_error.ts";

/** Loads suites by their names, in that order. */
export function loadSuites(registry: SuiteRegistry, names: readonly string[]): Promise<Suite[]> {
  return Promise.all(names.map((name) => {
    const entry = registry[name];
    if (entry === undefined) throw new UsageError(`Cannot load suite ${quote(name)}: there is none of that name`);
    return entry.load();
  }));
}
