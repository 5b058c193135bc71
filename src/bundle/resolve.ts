/**
 * Finds what an import of a user's file means, on a host without Deno and without a network.
 *
 * @module
 */

import { isBuiltin } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { filePath } from "../measure/file_path.ts";
import { embeddedModule, PROGRAM_NAME } from "./embedded.ts";
import { existingModule } from "./existing_file.ts";
import { ImportError } from "./import_error.ts";
import { ImportMaps, mapSpecifier } from "./import_map.ts";
import { findInOwnImports, findInOwnPackage, findInPackages, type ImportKind, isInstalled } from "./packages.ts";

/** What an import means: a file to bundle, or a module that the program itself loads. */
export type Resolution =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "external"; readonly specifier: string };

/** One import as it is written. */
export interface Import {
  /** What is imported. */
  readonly specifier: string;
  /** Path of the file that imports it. */
  readonly importer: string;
  /** How. */
  readonly kind: ImportKind;
}

/** Resolves imports; one for each run, since it remembers import maps. */
export class Resolver {
  readonly #maps = new ImportMaps();

  /**
   * Finds what an import means.
   *
   * @throws {ImportError} If it leads nowhere; the message says what to do.
   */
  resolve({ specifier, importer, kind }: Import): Resolution {
    const folder = dirname(importer);
    // What a project's import map has for its editor is not to be bundled.
    const mapped = specifier === PROGRAM_NAME ? specifier : this.#mapped(specifier, importer);
    if (isBuiltin(mapped)) {
      return { kind: "external", specifier: mapped.startsWith("node:") ? mapped : `node:${mapped}` };
    }
    if (/^(?:\.{0,2}\/|\.{1,2}$|file:)/.test(mapped)) return file(mapped, importer);
    if (/^(?:npm|jsr):/.test(mapped)) return registryPackage(mapped, folder, kind);
    if (mapped.startsWith("data:")) return { kind: "external", specifier: mapped };
    if (/^[a-z][a-z+.-]+:/i.test(mapped)) throw remote(mapped);
    return bare(mapped, folder, kind);
  }

  /** Import maps hold for the user's own files; a package brings what it needs to know in its package.json. */
  #mapped(specifier: string, importer: string): string {
    const folder = dirname(importer);
    if (isInstalled(folder)) return specifier;
    const map = this.#maps.of(folder);
    return (map === undefined ? undefined : mapSpecifier(map, specifier, pathToFileURL(importer).href)) ?? specifier;
  }
}

function file(specifier: string, importer: string): Resolution {
  const url = new URL(specifier, pathToFileURL(importer));
  url.search = url.hash = "";
  const wanted = filePath(url);
  if (wanted === undefined) throw new ImportError(`"${url.href}" names no file of this host; correct the path`);
  const path = existingModule(wanted);
  if (path === undefined) throw new ImportError(`there is no file ${JSON.stringify(wanted)}; correct the path`);
  return { kind: "file", path };
}

/** A package that a registry would be asked for, if it is installed beside the file. */
function registryPackage(specifier: string, folder: string, kind: ImportKind): Resolution {
  const [, registry, name = "", version = "", path = ""] =
    /^(npm|jsr):\/?((?:@[^/@]+\/)?[^/@]+)(?:@([^/]+))?(\/.*)?$/.exec(specifier) ?? [];
  const found = findInPackages(name + path, folder, kind);
  if (found !== undefined) return { kind: "file", path: found };
  const embedded = embeddedModule(name + path);
  if (embedded !== undefined) return { kind: "external", specifier: embedded };
  const wanted = version === "" ? name : `${name}@${version}`;
  const command = registry === "jsr" ? `npx jsr add ${wanted}` : `npm install ${wanted}`;
  throw new ImportError(
    `puffin-bench downloads nothing, and no node_modules folder near the file has "${name}"; run ${
      JSON.stringify(command)
    } beside the file`,
  );
}

function remote(specifier: string): ImportError {
  return new ImportError(
    `puffin-bench downloads nothing, and ${
      JSON.stringify(specifier)
    } is not on this host; save it beside the file and ` +
      "import it by its path, or bundle the file first",
  );
}

function bare(specifier: string, folder: string, kind: ImportKind): Resolution {
  if (specifier.startsWith("#")) {
    const target = findInOwnImports(specifier, folder, kind);
    if (target === undefined) {
      throw new ImportError(`no package.json near the file maps ${JSON.stringify(specifier)} by its "imports"`);
    }
    if (!/^(?:[\\/]|[a-z]:[\\/])/i.test(target)) return bare(target, folder, kind);
    return file(pathToFileURL(target).href, target);
  }
  const found = findInOwnPackage(specifier, folder, kind) ?? findInPackages(specifier, folder, kind);
  if (found !== undefined) return { kind: "file", path: found };
  const embedded = embeddedModule(specifier);
  if (embedded !== undefined) return { kind: "external", specifier: embedded };
  throw new ImportError(
    `no node_modules folder near the file has ${JSON.stringify(specifier)}, and no deno.json maps it; run ` +
      `"npm install ${specifier.split("/").slice(0, specifier.startsWith("@") ? 2 : 1).join("/")}" beside the file`,
  );
}
