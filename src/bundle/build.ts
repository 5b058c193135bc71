/**
 * Makes one module of a file and all that it imports.
 *
 * @module
 */

import { pathToFileURL } from "node:url";
import type * as Esbuild from "esbuild-wasm";
import { z } from "zod";
import { type BundleFailure, describeErrors } from "./messages.ts";
import { DISK, diskPlugin } from "./plugin.ts";
import { workerPrelude } from "./workers.ts";

/** A file and all that it imports, as one module; or why that cannot be. */
export type Bundle =
  | {
    readonly status: "ok";
    /** A `data:` URL: nothing has to be written, and it stays what it is while the files change. */
    readonly url: string;
    /** Paths of the files that are in it. */
    readonly files: readonly string[];
    /** Whether it imports what is built into this program: then no other program can load it. */
    readonly usesProgram: boolean;
  }
  | (BundleFailure & { readonly status: "failed"; readonly files: readonly string[] });

/** CommonJS modules call `require` for what is built into the runtime. A `data:` URL has no place that paths could be relative to. */
const BANNER =
  `import { createRequire as __createRequire } from "node:module"; const require = __createRequire("file:///");`;

/** Stands where the Workers' bundles are put once they are known: in the first line, which the source map says nothing of. */
const WORKERS = "/*workers*/";

const mapSchema = z.looseObject({ sources: z.array(z.string()) });

/**
 * Bundles a file, and within the bundle the scripts of the Workers that it may start; `path` is absolute. What is wrong with the file
 * is no exception.
 *
 * @param starters Paths of the scripts that start this one, so that two that start each other come to an end.
 */
export async function build(
  esbuild: typeof Esbuild,
  path: string,
  starters: readonly string[] = [],
): Promise<Bundle> {
  const files = new Set<string>([path]);
  const scripts = new Map<string, string>();
  let usesProgram = false;
  try {
    const { outputFiles } = await esbuild.build({
      entryPoints: [pathToFileURL(path).href],
      plugins: [diskPlugin(esbuild, {
        onFile: (file) => files.add(file),
        onWorker: (url, script) => scripts.set(url, script),
        onOwnModule: () => usesProgram = true,
      })],
      bundle: true,
      write: false,
      outfile: "bundle.js",
      format: "esm",
      platform: "neutral",
      target: "esnext",
      supported: { decorators: false }, // V8 has none yet
      jsx: "automatic",
      charset: "utf8",
      sourcemap: "external",
      sourcesContent: false,
      legalComments: "none",
      banner: { js: BANNER + WORKERS },
      logLevel: "silent",
    });
    const textOf = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? "";
    const bundles = new Map<string, string | null>();
    for (const [url, script] of scripts) {
      if (script === path) {
        bundles.set(url, null);
      } else if (!starters.includes(script)) {
        const worker = await build(esbuild, script, [...starters, path]);
        for (const file of worker.files) files.add(file);
        usesProgram ||= worker.status === "ok" && worker.usesProgram;
        bundles.set(url, worker.status === "ok" ? worker.url : failingScript(worker.message));
      }
    }
    const program = textOf(".js").replace(WORKERS, () => workerPrelude(bundles));
    const code = `${program}//# sourceMappingURL=${dataUrl("application/json", withPaths(textOf(".map")))}\n`;
    return { status: "ok", url: dataUrl("application/javascript", code), files: [...files], usesProgram };
  } catch (error) {
    return { status: "failed", ...describeErrors(path, messagesOf(error)), files: [...files] };
  }
}

/** The source map with the files' own URLs, so that the stack of an error names the user's files and lines. */
function withPaths(text: string): string {
  const map = mapSchema.parse(JSON.parse(text));
  const sources = map.sources.map((source) => source.replace(`${DISK}:`, "").replace(/#.*$/, ""));
  return JSON.stringify({ ...map, sources });
}

/** What starts it may never do so, and is told if it does. */
function failingScript(message: string): string {
  return dataUrl("application/javascript", `throw new SyntaxError(${JSON.stringify(message)});`);
}

function dataUrl(type: string, text: string): string {
  return `data:${type};base64,${new TextEncoder().encode(text).toBase64()}`;
}

/** esbuild throws an error that has what it found wrong. */
function messagesOf(error: unknown): readonly Esbuild.Message[] {
  if (isBuildFailure(error)) return error.errors;
  throw error;
}

function isBuildFailure(error: unknown): error is Esbuild.BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}
