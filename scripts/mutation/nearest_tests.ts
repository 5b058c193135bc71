/**
 * Which tests are tried on a mutant, and in which order.
 *
 * @module
 */

import { basename, dirname } from "node:path";
import { distancesTo, type Importers } from "./import_graph.ts";

/**
 * So many tests are tried on a mutant at most, or one that survives would have the whole project's run. What only a farther test would
 * find counts as not found: the share is never too high by that.
 */
const MOST_TESTS = 30;

/**
 * The files of tests that load a module, nearest first: those with its name (`pool_test.ts` and `pool_model_test.ts` of `pool.ts`), the
 * others in its folder, then the rest; within each, by how many imports lead from the test to the module. Only tests of the same part
 * of the project, such as `src/resources`: a part has to be held by its own tests.
 */
export function nearestTests(module: string, importers: Importers): string[] {
  const name = `${basename(module, ".ts")}_`, folder = dirname(module);
  const rank = (test: string) => basename(test).startsWith(name) ? 0 : dirname(test) === folder ? 1 : 2;
  return [...distancesTo(module, importers)]
    .filter(([path]) => path.endsWith("_test.ts") && part(path) === part(module))
    .sort(([a, near], [b, far]) => rank(a) - rank(b) || near - far || (a < b ? -1 : 1))
    .map(([path]) => path)
    .slice(0, MOST_TESTS);
}

function part(path: string): string {
  return path.split("/").slice(0, 2).join("/");
}
