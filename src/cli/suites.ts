/**
 * The suites that a command asks for.
 *
 * @module
 */

import type { Suite } from "../measure/definition.ts";
import { benchmarkId, combinations } from "../measure/parameters.ts";
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

/**
 * Refuses a filter that leaves nothing to measure.
 *
 * @throws {UsageError} If it matches no benchmark's id.
 */
export function requireMatch(suites: readonly Suite[], filter: string | null): void {
  if (filter === null) return;
  const pattern = new RegExp(filter);
  const ids = suites.flatMap((suite) =>
    suite.benchmarks.flatMap(({ name, options }) =>
      combinations(options.params ?? {}).map((params) => benchmarkId(suite.name, name, params))
    )
  );
  if (ids.some((id) => pattern.test(id))) return;
  throw new UsageError(
    `Cannot use --filter ${quote(filter)}: it matches none of ${ids.length} benchmarks; see puffin-bench list`,
  );
}
