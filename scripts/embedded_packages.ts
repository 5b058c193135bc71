/**
 * Which packages of npm the executable embeds: those that its modules import, and what those need.
 *
 * @module
 */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** A package as Deno resolved it. */
export interface NpmPackage {
  /** Its name. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** What it needs: keys of other packages. */
  readonly dependencies: readonly string[];
}

/** What the executable's modules import from npm. */
export interface EmbeddedPackages {
  /** What is imported, as modules write it (`zod/mini`), and what the import map makes of it (`npm:zod@4.0.0/mini`). */
  readonly imports: ReadonlyMap<string, string>;
  /** The packages of those specifiers and all that they need, by Deno's key. */
  readonly packages: ReadonlyMap<string, NpmPackage>;
}

interface Dependency {
  readonly specifier: string;
  readonly code?: { readonly specifier?: string };
}

interface ModuleGraph {
  readonly modules: readonly { readonly specifier: string; readonly dependencies?: readonly Dependency[] }[];
  readonly npmPackages: Readonly<Record<string, NpmPackage>>;
}

/** Follows the modules that the executable begins with: the program, and what its Workers load (scripts/embedded_modules). */
export async function embeddedPackages(): Promise<EmbeddedPackages> {
  const roots = Deno.readTextFileSync("scripts/embedded_modules").trim().split("\n");
  const { modules, npmPackages } = await moduleGraph(roots);
  const imports = new Map<string, string>();
  for (const { dependencies = [] } of modules) {
    for (const { specifier, code } of dependencies) {
      if (code?.specifier?.startsWith("npm:")) imports.set(specifier, code.specifier);
    }
  }
  // Deno lists every package of the lock file here, whatever a module imports.
  const known = new Map(Object.entries(npmPackages));
  const packages = new Map<string, NpmPackage>();
  const add = (key: string) => {
    const found = known.get(key);
    if (found === undefined || packages.has(key)) return;
    packages.set(key, found);
    found.dependencies.forEach(add);
  };
  for (const [key, { name, version }] of known) {
    if ([...imports.values()].some((specifier) => isOf(specifier, `${name}@${version}`))) add(key);
  }
  return { imports, packages };
}

/** Whether a specifier names a package or a path within it; all of the import map's have exact versions. */
function isOf(specifier: string, packageName: string): boolean {
  const path = specifier.replace(/^npm:\/?/, "");
  return path === packageName || path.startsWith(`${packageName}/`);
}

/** Of all roots at once: to look at one takes Deno nearly as long. */
async function moduleGraph(roots: readonly string[]): Promise<ModuleGraph> {
  const imports = roots.map((root) => `import ${JSON.stringify(pathToFileURL(resolve(root)).href)};`).join("");
  const entry = `data:text/javascript,${encodeURIComponent(imports)}`;
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", entry], stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) throw new Error("Cannot tell what the executable's modules import: deno info failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}
