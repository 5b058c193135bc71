/**
 * Tells a file where it is: a bundle has one place, and its files were written for each its own.
 *
 * @module
 */

import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type * as Esbuild from "esbuild-wasm";

/** Namespace of modules that hold what `import.meta` of a file is. */
export const META = "import-meta";

/** What stands for `import.meta` in an ES module. */
const META_NAME = "__import_meta";

/** What stands for `require.resolve` in a CommonJS module. */
const RESOLVE_NAME = "__require_resolve";

/** A file as it was read. */
export interface SourceFile {
  /** Its text. */
  readonly source: string;
  /** Its path. */
  readonly path: string;
  /** How esbuild reads it. */
  readonly loader: Esbuild.Loader;
  /** Else it is CommonJS. */
  readonly isEsModule: boolean;
  /** What is before the path's URL in a source map. */
  readonly prefix: string;
}

/**
 * Has a file find `import.meta`, or in CommonJS `__filename`, `__dirname` and `require.resolve`, of its own. What is invalid is left as
 * it is, for the build to tell of it.
 */
export async function withPlace(esbuild: typeof Esbuild, file: SourceFile): Promise<Esbuild.OnLoadResult> {
  const { source, path, loader, isEsModule, prefix } = file;
  const unchanged = { contents: source, loader };
  const asks = isEsModule ? /import\.meta/ : /__filename|__dirname|require\.resolve/;
  if (!asks.test(source)) return unchanged;
  const url = pathToFileURL(path).href;
  try {
    const { code } = await esbuild.transform(source, {
      loader,
      target: "esnext",
      define: isEsModule ? { "import.meta": META_NAME } : commonJsNames(path),
      sourcemap: "inline",
      sourcefile: prefix + url,
      logLevel: "silent",
    });
    if (isEsModule && code.includes(META_NAME)) {
      return { contents: `${code}\nimport { ${META_NAME} } from ${JSON.stringify(`${META}:${url}`)};`, loader: "js" };
    }
    return isEsModule
      ? unchanged
      : { contents: `${code}\n${code.includes(RESOLVE_NAME) ? resolver(url) : ""}`, loader: "js" };
  } catch {
    return unchanged;
  }
}

function commonJsNames(path: string): Record<string, string> {
  const [filename, folder] = [path, dirname(path)].map((text) => JSON.stringify(text));
  return { __filename: `${filename}`, __dirname: `${folder}`, "require.resolve": RESOLVE_NAME };
}

/** A declaration, which is there before the first line is executed. */
function resolver(url: string): string {
  return `function ${RESOLVE_NAME}(id, options) { ` +
    `return require("node:module").createRequire(${JSON.stringify(url)}).resolve(id, options); }`;
}

/** The names of modules that a file has resolved by `import.meta.resolve`, as far as they are written out. */
export function resolvedNames(source: string): readonly string[] {
  const calls = source.matchAll(/import\.meta\.resolve\(\s*(["'`])([^"'`$\n]+)\1/g);
  return [...calls].flatMap(([, , specifier = ""]) => IS_ADDRESS.test(specifier) ? [] : [specifier]);
}

/** What needs no looking for. */
const IS_ADDRESS = /^(?:\.{0,2}\/|[a-z][a-z+.-]*:)/i;

/** The module that has `import.meta` of a file; `names` is what specifiers stand for that are no addresses. */
export function metaModule(path: string, names: ReadonlyMap<string, string>): string {
  const url = pathToFileURL(path).href;
  const [at, filename, folder] = [url, path, dirname(path)].map((text) => JSON.stringify(text));
  return `const names = new Map(${JSON.stringify([...names])});
    function resolve(specifier) {
      const found = names.get(specifier);
      if (found !== undefined) return found;
      if (${IS_ADDRESS}.test(specifier)) return new URL(specifier, ${at}).href;
      throw new TypeError(\`Cannot resolve "\${specifier}": it is no path, and nothing that is installed or mapped near the file; \` +
        "write the name out in the call, or install it");
    }
    export const ${META_NAME} = { url: ${at}, filename: ${filename}, dirname: ${folder}, main: false, resolve };`;
}
