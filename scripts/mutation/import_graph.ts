/**
 * Which modules import which, from their text.
 *
 * @module
 */

import { dirname, join } from "node:path";

/** Imports of values, dynamic ones, and modules that a Worker or a process is started with; an import of types loads nothing. */
const IMPORT =
  /^(?:import|export)\s+(?!type\b)[^;"]*?\bfrom\s+"(\.[^"]+)"|^import\s+"(\.[^"]+)"|\bimport\(\s*"(\.[^"]+)"|\bnew URL\("(\.[^"]+\.ts)",\s*import\.meta\.url\)/gm;

/** Modules by path, each with those that import it. */
export type Importers = ReadonlyMap<string, readonly string[]>;

/** Who imports whom among modules, which are given as paths and texts. */
export function importersOf(modules: Iterable<readonly [path: string, text: string]>): Importers {
  const importers = new Map<string, string[]>();
  for (const [path, text] of modules) {
    for (const [, ...specifiers] of text.matchAll(IMPORT)) {
      const imported = join(dirname(path), specifiers.find((specifier) => specifier !== undefined) ?? "");
      const known = importers.get(imported);
      if (known === undefined) importers.set(imported, [path]);
      else known.push(path);
    }
  }
  return importers;
}

/** All modules that load a module, and by how many imports at least; itself at 0. */
export function distancesTo(module: string, importers: Importers): ReadonlyMap<string, number> {
  const distances = new Map([[module, 0]]);
  for (const [reached, distance] of distances) { // in the order of their distances: what is set while it goes on comes last
    for (const importer of importers.get(reached) ?? []) {
      if (!distances.has(importer)) distances.set(importer, distance + 1);
    }
  }
  return distances;
}
