/**
 * What this program offers to the files that it runs, under the names that the package has.
 *
 * @module
 */

const PACKAGE = "@puffinflow/puffinflow";

/** The name that always stands for this program: no package is called so. */
export const PROGRAM_NAME = "puffin-bench";

const MODULES: Readonly<Record<string, string>> = {
  [PROGRAM_NAME]: import.meta.resolve("../measure/authoring/mod.ts"),
  [PACKAGE]: import.meta.resolve("../../mod.ts"),
  [`${PACKAGE}/agent`]: import.meta.resolve("../agent/mod.ts"),
  [`${PACKAGE}/resources`]: import.meta.resolve("../resources/mod.ts"),
  [`${PACKAGE}/coordination`]: import.meta.resolve("../coordination/mod.ts"),
  [`${PACKAGE}/reliability`]: import.meta.resolve("../reliability/mod.ts"),
  [`${PACKAGE}/observability`]: import.meta.resolve("../observability/mod.ts"),
  [`${PACKAGE}/measure`]: import.meta.resolve("../measure/mod.ts"),
};

/** URL of the module of this program that a specifier stands for; undefined if it stands for none. */
export function embeddedModule(specifier: string): string | undefined {
  return Object.hasOwn(MODULES, specifier) ? MODULES[specifier] : undefined;
}
