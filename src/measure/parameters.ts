/**
 * Parameters: every combination of their values, and what identifies one.
 *
 * @module
 */

import type { Parameters, ParameterSpace } from "./definition.ts";

/**
 * Lists every combination of a parameter space, the last parameter moving fastest; one empty combination for no parameters.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { combinations } from "./parameters.ts";
 *
 * assertEquals(combinations({ n: [1, 2], mode: ["fast"] }), [{ n: 1, mode: "fast" }, { n: 2, mode: "fast" }]);
 * ```
 */
export function combinations(space: ParameterSpace): readonly Parameters[] {
  let all: Parameters[] = [{}];
  for (const [name, values] of Object.entries(space)) {
    all = all.flatMap((params) => values.map((value) => ({ ...params, [name]: value })));
  }
  return all;
}

/** Writes a combination as `/name=value` for each parameter: what follows the benchmark's name in its id. */
export function parameterSuffix(params: Parameters): string {
  return Object.entries(params).map(([name, value]) => `/${name}=${value}`).join("");
}

/** What identifies a benchmark within a document: `suite/name`, with `/parameter=value` for each parameter. */
export function benchmarkId(suite: string, name: string, params: Parameters): string {
  return `${suite}/${name}${parameterSuffix(params)}`;
}
