/**
 * Teaches esbuild where files are: in the executable it has no file system of its own.
 *
 * @module
 */

import { dirname, extname, fromFileUrl, toFileUrl } from "@std/path";
import type * as Esbuild from "esbuild-wasm";
import { systemReason } from "../measure/system_reason.ts";
import { ImportError } from "./import_error.ts";
import { type ImportKind, isInstalled, packageType } from "./packages.ts";
import { Resolver } from "./resolve.ts";

/** Namespace of files; their paths are URLs there, so that they look the same on every system. */
export const DISK = "disk";

/** Namespace of modules that hold what `import.meta` of a file is. */
const META = "import-meta";

/** What stands for `import.meta` in a file. */
const META_NAME = "__import_meta";

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

/** Resolves and reads for one build. `onFile` is told the path of each file that is read. */
export function diskPlugin(esbuild: typeof Esbuild, onFile: (path: string) => void): Esbuild.Plugin {
  const resolver = new Resolver();
  return {
    name: DISK,
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path, importer, kind }) => {
        if (kind === "entry-point") return { path: moduleUrl(fromFileUrl(path), "import"), namespace: DISK };
        if (path.startsWith(`${META}:`)) return { path: path.slice(META.length + 1), namespace: META };
        return resolveImport(resolver, {
          specifier: path,
          importer: fromFileUrl(importer),
          kind: kind.startsWith("require") ? "require" : "import",
        });
      });
      build.onLoad({ filter: /.*/, namespace: META }, ({ path }) => ({ contents: metaModule(path), loader: "js" }));
      build.onLoad({ filter: /.*/, namespace: DISK }, async ({ path: url, with: attributes }) => {
        const path = fromFileUrl(url);
        onFile(path);
        return await readModule(esbuild, path, attributes["type"]);
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

async function readModule(
  esbuild: typeof Esbuild,
  path: string,
  type: string | undefined,
): Promise<Esbuild.OnLoadResult> {
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
    if (loader === "binary") return { contents: bytes, loader };
    const source = new TextDecoder().decode(bytes);
    const isCode = loader !== "text" && loader !== "json";
    return isCode && source.includes("import.meta")
      ? await withMeta(esbuild, { source, path, loader })
      : { contents: source, loader };
  } catch (error) {
    return failed(systemReason(error));
  }
}

/** The URL of a file, marked if Deno takes it for an ES module: such a one sees the whole of a CommonJS module as its default export. */
function moduleUrl(path: string, kind: ImportKind): string {
  const url = toFileUrl(path).href;
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

/**
 * A bundle has one `import.meta` for all of its files: each gets an object of its own in its place. What is invalid is left as it
 * is, for the build to tell of it.
 */
async function withMeta(
  esbuild: typeof Esbuild,
  { source, path, loader }: { readonly source: string; readonly path: string; readonly loader: Esbuild.Loader },
): Promise<Esbuild.OnLoadResult> {
  const url = toFileUrl(path).href;
  try {
    const { code } = await esbuild.transform(source, {
      loader,
      target: "esnext",
      define: { "import.meta": META_NAME },
      sourcemap: "inline",
      sourcefile: `${DISK}:${url}`,
      logLevel: "silent",
    });
    const found = code.includes(META_NAME);
    return found
      ? { contents: `${code}\nimport { ${META_NAME} } from ${JSON.stringify(`${META}:${url}`)};`, loader: "js" }
      : { contents: source, loader };
  } catch {
    return { contents: source, loader };
  }
}

function metaModule(url: string): string {
  const path = fromFileUrl(url);
  const [at, filename, folder] = [url, path, dirname(path)].map((text) => JSON.stringify(text));
  return `export const ${META_NAME} = { url: ${at}, filename: ${filename}, dirname: ${folder}, main: false, ` +
    `resolve: (specifier) => new URL(specifier, ${at}).href };`;
}
