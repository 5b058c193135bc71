/**
 * Packages in a `node_modules` folder near the importing file, as Deno and Node.js find them.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { exports as resolveExports, imports as resolveImports } from "resolve.exports";
import { z } from "zod";
import { existingFile, existingModule } from "./existing_file.ts";
import { ImportError } from "./import_error.ts";

/** How something is imported: by an `import`, or by a call of `require`. */
export type ImportKind = "import" | "require";

const manifestSchema = z.looseObject({
  name: z.string().catch(""),
  main: z.string().optional().catch(undefined),
  type: z.string().optional().catch(undefined),
});

type Manifest = z.output<typeof manifestSchema>;

const SPECIFIER = /^(?<name>(?:@[^/@]+\/)?[^/@]+)(?:\/(?<path>.+))?$/;

/**
 * The file that a bare specifier stands for, looked for in `node_modules` of the importing folder and of each one above it.
 *
 * @returns Its path; undefined if no such package is installed.
 * @throws {ImportError} If the package is there, and does not offer this.
 */
export function findInPackages(specifier: string, folder: string, kind: ImportKind): string | undefined {
  const { name, path } = SPECIFIER.exec(specifier)?.groups ?? {};
  if (name === undefined) return undefined;
  for (const above of foldersAbove(folder)) {
    const root = join(above, "node_modules", name);
    if (isFolder(root)) return entryOf(Deno.realPathSync(root), { name, path }, kind);
  }
  return undefined;
}

/**
 * What a specifier that begins with `#` stands for by the nearest package.json.
 *
 * @returns A path, or a specifier of another package; undefined if it stands for nothing.
 */
export function findInOwnImports(specifier: string, folder: string, kind: ImportKind): string | undefined {
  const own = nearestManifest(folder);
  if (own === undefined) return undefined;
  const [target] = attempt(() => resolveImports(own.manifest, specifier, conditions(kind))) ?? [];
  return target?.startsWith("./") ? join(own.folder, target) : target;
}

/** What a package offers of itself to its own files, under its own name; undefined if the specifier is of another. */
export function findInOwnPackage(specifier: string, folder: string, kind: ImportKind): string | undefined {
  const { name, path } = SPECIFIER.exec(specifier)?.groups ?? {};
  const own = nearestManifest(folder);
  if (name === undefined || own?.manifest.name !== name || own.manifest["exports"] === undefined) return undefined;
  return entryOf(own.folder, { name, path }, kind);
}

/** What `type` of the nearest package.json says of the `.js` files of a folder. */
export function packageType(folder: string): string | undefined {
  return nearestManifest(folder)?.manifest.type;
}

/** Whether a folder is within a package that was installed. */
export function isInstalled(folder: string): boolean {
  return /[\\/]node_modules[\\/]/.test(`${folder}/`);
}

function entryOf(
  root: string,
  { name, path }: { readonly name: string; readonly path: string | undefined },
  kind: ImportKind,
): string {
  const manifest = readManifest(root);
  const wanted = path === undefined ? name : `${name}/${path}`;
  if (manifest?.["exports"] !== undefined) {
    const targets = attempt(() => resolveExports(manifest, path === undefined ? "." : `./${path}`, conditions(kind)));
    const file = targets?.map((target) => existingFile(join(root, target))).find((found) => found !== undefined);
    if (file !== undefined) return file;
    throw new ImportError(`package "${name}" in ${JSON.stringify(root)} does not export "${wanted}"`);
  }
  const file = existingModule(join(root, path ?? manifest?.main ?? "index.js")) ??
    (path === undefined ? existingModule(join(root, "index")) : undefined);
  if (file !== undefined) return file;
  throw new ImportError(`package "${name}" in ${JSON.stringify(root)} has no file for "${wanted}"`);
}

function conditions(kind: ImportKind) {
  return { require: kind === "require", conditions: ["deno"] };
}

/** The package throws for what a manifest does not map. */
function attempt<Value>(resolve: () => Value): Value | undefined {
  try {
    return resolve();
  } catch {
    return undefined;
  }
}

function nearestManifest(folder: string): { readonly folder: string; readonly manifest: Manifest } | undefined {
  for (const above of foldersAbove(folder)) {
    const manifest = readManifest(above);
    if (manifest !== undefined) return { folder: above, manifest };
  }
  return undefined;
}

function readManifest(folder: string): Manifest | undefined {
  try {
    return manifestSchema.parse(JSON.parse(Deno.readTextFileSync(join(folder, "package.json"))));
  } catch {
    return undefined;
  }
}

function* foldersAbove(folder: string): Generator<string> {
  for (let at = folder;; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
