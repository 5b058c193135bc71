/**
 * Suites that every measuring process has, whatever its program is.
 *
 * @module
 */

import type { Suite } from "../definition.ts";

/** The engine's own suites by name; each is imported only where it is wanted, so that other processes are not larger for it. */
const LOADERS: ReadonlyMap<string, () => Promise<Suite>> = new Map([
  ["host", async () => (await import("../host/host_suite.ts")).hostSuite],
  ["calibration", async () => (await import("./calibration.ts")).calibrationSuite],
  ["references", async () => (await import("./references.ts")).referenceSuite],
]);

/** Loads those of the named suites that are the engine's own. */
export async function loadBuiltIn(names: readonly string[]): Promise<Suite[]> {
  const loaded: Suite[] = [];
  for (const name of new Set(names)) {
    const load = LOADERS.get(name);
    if (load !== undefined) loaded.push(await load());
  }
  return loaded;
}

/** The names that are left when the engine's own are taken out. */
export function withoutBuiltIn(names: readonly string[]): string[] {
  return names.filter((name) => !LOADERS.has(name));
}

/**
 * Makes sure that nobody else's suite has the name of one of the engine's: forks would measure the wrong one.
 *
 * @throws {TypeError} If one has.
 */
export async function requireOwnNames(suites: readonly Suite[]): Promise<void> {
  const own = await loadBuiltIn(suites.map(({ name }) => name));
  const taken = suites.find((suite) => own.some((one) => one.name === suite.name && one !== suite));
  if (taken === undefined) return;
  throw new TypeError(`Cannot measure suite "${taken.name}": the engine has one of that name; choose another`);
}
