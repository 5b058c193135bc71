/**
 * Words what esbuild found wrong.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import type { Message } from "esbuild-wasm";
import { DISK } from "./plugin.ts";

/** Why a file cannot be bundled. */
export interface BundleFailure {
  /** On one line: file, line and column, and what is wrong. */
  readonly message: string;
  /** The same with the line of the file and a mark beneath it; null where there is none. */
  readonly frame: string | null;
}

/** The first of the errors, which is the one that the others may follow from. */
export function describeErrors(path: string, errors: readonly Message[]): BundleFailure {
  const [first] = errors;
  if (first === undefined) return { message: `${path}: it cannot be bundled`, frame: null };
  const { text, location } = first;
  if (location === null) return { message: `${path}: ${GLOB.test(text) ? COMPUTED_IMPORT : text}`, frame: null };
  const { before, marked } = parts(location.lineText, location);
  const place = `${pathOf(location.file)}:${location.line}:${before.length + 1}`;
  const others = errors.length === 1 ? "" : ` (and ${errors.length - 1} more)`;
  const line = `${location.lineText.slice(0, MAX_LINE)}${location.lineText.length > MAX_LINE ? "…" : ""}`;
  const mark = before.length >= MAX_LINE ? "" : `${" ".repeat(before.length)}${"~".repeat(Math.max(1, marked.length))}`;
  const frame = `${place}: ${text}\n  ${line.replaceAll("\t", " ")}\n  ${mark.slice(0, MAX_LINE)}`;
  return { message: `${place}: ${text}${others}`, frame };
}

/** For an import of a template esbuild looks into folders, and it has none: it does not tell where. */
const GLOB = /^Cannot read directory/;

const COMPUTED_IMPORT =
  "it imports a path that is put together at run time, as import(`./${name}.ts`) does, and a bundle has " +
  'only what is written out; write each path out, as in { a: () => import("./a.ts") }';

/** The text before the place, and at it: esbuild counts bytes. */
function parts(line: string, { column, length }: { readonly column: number; readonly length: number }) {
  const bytes = new TextEncoder().encode(line);
  const decoder = new TextDecoder();
  return {
    before: decoder.decode(bytes.subarray(0, column)),
    marked: decoder.decode(bytes.subarray(column, column + length)),
  };
}

const MAX_LINE = 200;

function pathOf(file: string): string {
  const url = file.startsWith(`${DISK}:`) ? file.slice(DISK.length + 1) : file;
  return url.startsWith("file:") ? fileURLToPath(url.replace(/#.*$/, "")) : url;
}
