/**
 * The user's own import map: `imports` of the nearest deno.json, or of the file that its `importMap` names.
 *
 * @module
 */

import { dirname, join, toFileUrl } from "@std/path";
import { parse as parseJsonc } from "@std/jsonc";
import { z } from "zod";
import { ImportError } from "./import_error.ts";

/** An import map, and where it is: relative addresses are relative to that. */
export interface ImportMap {
  /** URL of the file. */
  readonly base: string;
  /** What each specifier, or each prefix that ends with a slash, stands for. */
  readonly imports: Readonly<Record<string, string>>;
}

const configSchema = z.object({
  imports: z.record(z.string(), z.string()).optional(),
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

/** What a specifier stands for by an import map: the entry of its name, else that of its longest prefix; undefined without one. */
export function mapSpecifier({ base, imports }: ImportMap, specifier: string): string | undefined {
  const exact = Object.hasOwn(imports, specifier) ? imports[specifier] : undefined;
  if (exact !== undefined) return addressOf(exact, base);
  const prefix = Object.keys(imports).filter((key) => key.endsWith("/") && specifier.startsWith(key))
    .toSorted((left, right) => right.length - left.length)[0];
  const target = prefix === undefined ? undefined : imports[prefix];
  if (prefix === undefined || target === undefined) return undefined;
  return addressOf(target + specifier.slice(prefix.length), base);
}

/** Relative addresses become URLs; `npm:` and the like stay as they are, and so does what is no address at all. */
function addressOf(target: string, base: string): string {
  return /^\.{0,2}\//.test(target) ? (URL.parse(target, base)?.href ?? target) : target;
}

function readConfig(folder: string): ImportMap | undefined {
  for (const name of CONFIG_NAMES) {
    const path = join(folder, name);
    const text = readIfThere(path);
    if (text === undefined) continue;
    const { imports, importMap } = parseConfig(text, path);
    if (imports !== undefined || importMap === undefined) return { base: toFileUrl(path).href, imports: imports ?? {} };
    const mapPath = join(folder, importMap);
    const mapText = readIfThere(mapPath);
    if (mapText === undefined) throw new ImportError(`its import map ${JSON.stringify(mapPath)} cannot be read`);
    return { base: toFileUrl(mapPath).href, imports: parseConfig(mapText, mapPath).imports ?? {} };
  }
  return undefined;
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
