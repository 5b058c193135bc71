/**
 * The user's own import map: `imports` and `scopes` of the nearest deno.json, or of the file that its `importMap` names.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse as parseJsonc } from "@std/jsonc";
import { z } from "zod";
import { ImportError } from "./import_error.ts";

/** An import map. */
export interface ImportMap {
  /** What holds everywhere. */
  readonly imports: SpecifierMap;
  /** What holds before that in files whose URL is one of these, or begins with one that ends with a slash; the longest first. */
  readonly scopes: readonly (readonly [string, SpecifierMap])[];
}

/** What each specifier, or each prefix that ends with a slash, stands for. Relative ones are URLs, on both sides. */
type SpecifierMap = ReadonlyMap<string, string>;

const specifierMapSchema = z.record(z.string(), z.string());

const configSchema = z.object({
  imports: specifierMapSchema.optional(),
  scopes: z.record(z.string(), specifierMapSchema).optional(),
  importMap: z.string().optional(),
});

/** Names of a configuration file, in the order in which they are looked for. */
const CONFIG_NAMES = ["deno.json", "deno.jsonc"];

/** Finds import maps, each read once. */
export class ImportMaps {
  readonly #byFolder = new Map<string, ImportMap | undefined>();

  /**
   * The import map that holds for the files of a folder; undefined if there is none.
   *
   * @throws {ImportError} If the configuration cannot be read.
   */
  of(folder: string): ImportMap | undefined {
    if (this.#byFolder.has(folder)) return this.#byFolder.get(folder);
    const parent = dirname(folder);
    const found = readConfig(folder) ?? (parent === folder ? undefined : this.of(parent));
    this.#byFolder.set(folder, found);
    return found;
  }
}

/**
 * What a specifier stands for by an import map in the file of a URL: in the longest scope that has something for it, else everywhere;
 * undefined without any.
 */
export function mapSpecifier({ imports, scopes }: ImportMap, specifier: string, importer: string): string | undefined {
  const wanted = addressOf(specifier, importer);
  const inScopes = scopes.filter(([scope]) =>
    importer === scope || (scope.endsWith("/") && importer.startsWith(scope))
  );
  for (const map of [...inScopes.map(([, map]) => map), imports]) {
    const target = targetIn(map, wanted);
    if (target !== undefined) return target;
  }
  return undefined;
}

/** The entry of its name, else that of its longest prefix. */
function targetIn(map: SpecifierMap, specifier: string): string | undefined {
  const exact = map.get(specifier);
  if (exact !== undefined) return exact;
  const prefixes = [...map].filter(([key]) => key.endsWith("/") && specifier.startsWith(key));
  const [longest] = prefixes.toSorted(([left], [right]) => right.length - left.length);
  return longest === undefined ? undefined : longest[1] + specifier.slice(longest[0].length);
}

/** Relative addresses become URLs; names, `npm:` and the like, and what is no address at all, stay as they are. */
function addressOf(target: string, base: string): string {
  return /^\.{0,2}\//.test(target) ? (URL.parse(target, base)?.href ?? target) : target;
}

function specifierMap(entries: Readonly<Record<string, string>> | undefined, base: string): SpecifierMap {
  return new Map(
    Object.entries(entries ?? {}).flatMap(([key, target]) => [
      [addressOf(key, base), addressOf(target, base)] as const,
      // Deno takes a package for all that is in it, too.
      ...(/^(?:npm|jsr):/.test(target) && !key.endsWith("/") ? [[`${key}/`, `${target}/`] as const] : []),
    ]),
  );
}

function readConfig(folder: string): ImportMap | undefined {
  for (const name of CONFIG_NAMES) {
    const path = join(folder, name);
    const text = readIfThere(path);
    if (text === undefined) continue;
    const config = parseConfig(text, path);
    if (config.imports !== undefined || config.scopes !== undefined || config.importMap === undefined) {
      return importMapAt(pathToFileURL(path).href, config);
    }
    const mapPath = join(folder, config.importMap);
    const mapText = readIfThere(mapPath);
    if (mapText === undefined) throw new ImportError(`its import map ${JSON.stringify(mapPath)} cannot be read`);
    return importMapAt(pathToFileURL(mapPath).href, parseConfig(mapText, mapPath));
  }
  return undefined;
}

/** The import map in a file of this URL. */
export function importMapAt(base: string, { imports, scopes }: z.output<typeof configSchema>): ImportMap {
  const scoped = Object.entries(scopes ?? {}).map(([scope, entries]) =>
    [URL.parse(scope, base)?.href ?? scope, specifierMap(entries, base)] as const
  );
  return {
    imports: specifierMap(imports, base),
    scopes: scoped.toSorted(([left], [right]) => right.length - left.length),
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined; // a folder above may be closed to this user
  }
}

/**
 * Reads what a configuration says of imports; it may have comments.
 *
 * @param path Where it came from, for messages.
 * @throws {ImportError} If it is no such file.
 */
export function parseConfig(text: string, path: string): z.output<typeof configSchema> {
  try {
    return configSchema.parse(parseJsonc(text));
  } catch (cause) {
    throw new ImportError(`the import map in ${JSON.stringify(path)} is not what it should be; correct it`, { cause });
  }
}
