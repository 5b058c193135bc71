/**
 * Files that a path may mean.
 *
 * @module
 */

import { extname, join } from "node:path";

/** Extensions that an import may leave out, in the order in which they are tried. */
const EXTENSIONS = [".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", ".cjs", ".cts", ".json"];

/** What TypeScript's own spelling of an import means, where it names the file that would be emitted. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};

/** The path, if there is such a file. */
export function existingFile(path: string): string | undefined {
  try {
    return Deno.statSync(path).isFile ? path : undefined;
  } catch {
    return undefined;
  }
}

/** The file that an import of this path means: itself, the source it is emitted from, or the path with an extension, or a folder's index. */
export function existingModule(path: string): string | undefined {
  const extension = extname(path);
  const bare = path.slice(0, path.length - extension.length);
  const candidates = [
    path,
    ...(SOURCES[extension] ?? []).map((source) => bare + source),
    ...EXTENSIONS.map((added) => path + added),
    ...EXTENSIONS.map((added) => join(path, `index${added}`)),
  ];
  return candidates.find((candidate) => existingFile(candidate) !== undefined);
}
