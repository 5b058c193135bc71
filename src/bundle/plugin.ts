/**
 * Teaches esbuild where files are: in the executable it has no file system of its own.
 *
 * @module
 */

import { dirname, extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as Esbuild from "esbuild-wasm";
import { systemReason } from "../measure/system_reason.ts";
import { ImportError } from "./import_error.ts";
import { type ImportKind, isInstalled, packageType } from "./packages.ts";
import { META, metaModule, resolvedNames, withPlace } from "./place.ts";
import { Resolver } from "./resolve.ts";
import { workerScripts } from "./workers.ts";

/** Namespace of files; their paths are URLs there, so that they look the same on every system. */
export const DISK = "disk";

/** The largest file that is read, in bytes: esbuild needs some twenty times as much memory. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/** How esbuild reads a file, by its extension. */
const LOADERS: Readonly<Record<string, Esbuild.Loader>> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".jsx": "jsx",
  ".json": "json",
};

/** Ends the URL of an ES module: for esbuild it is the extension, from which it knows what a CommonJS module is for its importer. */
const ES_MODULE = "#.mts";

/** What is told of a build. */
export interface BuildListener {
  /** The path of a file that is read. */
  onFile(path: string): void;
  /** The URL of a script that a file may start as a Worker, and the script's path. */
  onWorker(url: string, path: string): void;
  /** A module of this program is imported. */
  onOwnModule(): void;
}

/** Resolves and reads for one build. */
export function diskPlugin(esbuild: typeof Esbuild, { onFile, onWorker, onOwnModule }: BuildListener): Esbuild.Plugin {
  const resolver = new Resolver();
  const names = new Map<string, ReadonlyMap<string, string>>();
  return {
    name: DISK,
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
        if (kind === "entry-point") return { path: moduleUrl(fileURLToPath(path), "import"), namespace: DISK };
        if (path.startsWith(`${META}:`)) return { path: path.slice(META.length + 1), namespace: META };
        const resolved = resolveImport(resolver, {
          specifier: path,
          importer: fileURLToPath(importer),
          kind: kind.startsWith("require") ? "require" : "import",
        });
        if (resolved.external === true && resolved.path?.startsWith("file:")) onOwnModule();
        return resolved;
      });
      build.onLoad({ filter: /.*/, namespace: META }, ({ path: url }) => {
        const path = fileURLToPath(url);
        return { contents: metaModule(path, names.get(path) ?? new Map()), loader: "js" };
      });
      build.onLoad({ filter: /.*/, namespace: DISK }, async ({ path: url, with: attributes }) => {
        const path = fileURLToPath(url);
        onFile(path);
        const module = await readModule(path, attributes["type"]);
        if (module.loader === undefined || typeof module.contents !== "string") return module;
        const { contents: source, loader } = module;
        if (loader === "json" || loader === "text") return module;
        names.set(path, namesIn(source, path, resolver));
        for (const [url, script] of workerScripts(source, path)) onWorker(url, script);
        const isEsModule = url.endsWith(ES_MODULE);
        return await withPlace(esbuild, { source, path, loader, isEsModule, prefix: `${DISK}:` });
      });
    },
  };
}

function resolveImport(resolver: Resolver, wanted: Parameters<Resolver["resolve"]>[0]): Esbuild.OnResolveResult {
  try {
    const resolution = resolver.resolve(wanted);
    if (resolution.kind === "external") return { path: resolution.specifier, external: true };
    return { path: moduleUrl(resolution.path, wanted.kind), namespace: DISK };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return { errors: [{ text: `Cannot import ${JSON.stringify(wanted.specifier)}: ${error.message}` }] };
  }
}

/** What the names stand for that a file has resolved; those that stand for nothing are left out, for the file to be told when it asks. */
function namesIn(source: string, path: string, resolver: Resolver): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const specifier of resolvedNames(source)) {
    try {
      const resolution = resolver.resolve({ specifier, importer: path, kind: "import" });
      found.set(specifier, resolution.kind === "file" ? pathToFileURL(resolution.path).href : resolution.specifier);
    } catch (error) {
      if (!(error instanceof ImportError)) throw error;
    }
  }
  return found;
}

async function readModule(path: string, type: string | undefined): Promise<Esbuild.OnLoadResult> {
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_FILE_BYTES) {
      const limit = `${MAX_FILE_BYTES / 1024 / 1024} MB`;
      return failed(
        `it has ${Math.round(size / 1024 / 1024)} MB, and up to ${limit} can be loaded; read data at run time`,
      );
    }
    const loader = type === "text"
      ? "text"
      : type === "bytes"
      ? "binary"
      : type === "json"
      ? "json"
      : LOADERS[extname(path)];
    if (loader === undefined) {
      return failed(`modules of type ${JSON.stringify(extname(path))} cannot be loaded; read it at run time`);
    }
    const bytes = await Deno.readFile(path);
    return { contents: loader === "binary" ? bytes : new TextDecoder().decode(bytes), loader };
  } catch (error) {
    return failed(systemReason(error));
  }
}

/** The URL of a file, marked if Deno takes it for an ES module: such a one sees the whole of a CommonJS module as its default export. */
function moduleUrl(path: string, kind: ImportKind): string {
  const url = pathToFileURL(path).href;
  const type = packageType(dirname(path));
  switch (extname(path)) {
    case ".js":
      if (kind === "require") return url;
      return type === "module" || (type === undefined && !isInstalled(path)) ? url + ES_MODULE : url;
    case ".mjs":
    case ".ts":
    case ".mts":
    case ".tsx":
    case ".jsx":
      return url + ES_MODULE;
    default:
      return url;
  }
}

function failed(reason: string): Esbuild.OnLoadResult {
  return { errors: [{ text: `Cannot load it: ${reason}` }] };
}
