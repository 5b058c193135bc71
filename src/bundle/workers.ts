/**
 * Threads that a file starts: each is a program of its own, and so a bundle of its own.
 *
 * @module
 */

import { pathToFileURL } from "node:url";
import { filePath } from "../measure/file_path.ts";
import { existingModule } from "./existing_file.ts";

/** Where a script's path is written out, relative to the file that it stands in. */
const SCRIPTS = [
  /new URL\(\s*(["'`])([^"'`$\n]+\.[mc]?[jt]sx?)\1\s*,\s*import\.meta\.url\s*\)/g,
  /import\.meta\.resolve\(\s*(["'`])(\.{0,2}\/[^"'`$\n]+\.[mc]?[jt]sx?)\1\s*\)/g,
];

/** A thread of the file itself. */
const OWN_SCRIPT = /Worker\(\s*(?:new URL\(\s*)?import\.meta\.url\b/;

/**
 * The scripts that a file may start as Workers: all that it names beside its own URL, if it speaks of Workers at all.
 *
 * @returns Paths by the URLs that the file will ask for.
 */
export function workerScripts(source: string, path: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (!/\bWorker\b/.test(source)) return found;
  const own = pathToFileURL(path);
  for (const [, , relative = ""] of SCRIPTS.flatMap((pattern) => [...source.matchAll(pattern)])) {
    const url = URL.parse(relative, own);
    if (url === null) continue;
    const named = filePath(url), script = named === undefined ? undefined : existingModule(named);
    if (script !== undefined) found.set(url.href, script);
  }
  if (OWN_SCRIPT.test(source)) found.set(own.href, path);
  return found;
}

/**
 * A line of code that has `Worker` start bundles in place of files.
 *
 * @param bundles URL of the bundle, by that of the file; null for the bundle that the code stands in.
 */
export function workerPrelude(bundles: ReadonlyMap<string, string | null>): string {
  if (bundles.size === 0) return "";
  const entries = [...bundles].map(([url, bundle]) =>
    `[${JSON.stringify(url)}, ${bundle === null ? "import.meta.url" : JSON.stringify(bundle)}]`
  );
  return ` { const bundles = new Map([${entries.join()}]); globalThis.Worker = class Worker extends globalThis.Worker { ` +
    "constructor(url, options) { super(bundles.get(String(url)) ?? url, options); } }; }";
}
