/**
 * Defines a benchmark of the file that calls it: what a file needs that has no suites.
 *
 * @module
 */

import type { DefineBenchmark } from "../definition.ts";
import { registerWithDenoBench } from "../deno_bench.ts";
import { benchOfSuite, parseBenchmark } from "../suite.ts";
import { activeCollector } from "./collector.ts";

/** What errors call the suite of a file. */
const OF_FILE = "the file's suite";

/**
 * Defines a benchmark, which belongs to the suite in whose function it is called, else to one that is called as its file is. `puffin-bench run` measures it, and so does `deno bench`;
 * when the file is run in any other way, nothing happens.
 *
 * Takes a name, options if there are any, and the function to measure: see {@linkcode DefineBenchmark}.
 *
 * @throws {TypeError} If the name is empty, or an option is not what it should be.
 *
 * @example
 * ```ts
 * import { bench } from "./bench.ts";
 *
 * bench("sum", { params: { n: [10, 1000] }, setup: ({ n }) => Array.from({ length: n }, (_, i) => i) }, (list) =>
 *   list.reduce((a, b) => a + b) > 0);
 * ```
 */
export const bench: DefineBenchmark = (name: string, second: unknown, third?: unknown): void => {
  const ofSuite = benchOfSuite();
  if (ofSuite !== undefined) {
    Reflect.apply(ofSuite, undefined, third === undefined ? [name, second] : [name, second, third]);
    return;
  }
  const definition = third === undefined
    ? parseBenchmark(OF_FILE, name, {}, second)
    : parseBenchmark(OF_FILE, name, second, third);
  const collector = activeCollector();
  if (collector !== undefined) return collector.bench(definition);
  registerWithDenoBench({ name: OF_FILE, title: OF_FILE, benchmarks: [definition] });
};
