/**
 * Words what esbuild found wrong.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
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
  if (location === null) return { message: `${path}: ${text}`, frame: null };
  const place = `${pathOf(location.file)}:${location.line}:${location.column + 1}`;
  const line = location.lineText.length > MAX_LINE ? `${location.lineText.slice(0, MAX_LINE)}…` : location.lineText;
  const mark = " ".repeat(Math.min(location.column, line.length)) +
    "~".repeat(Math.max(1, Math.min(location.length, line.length - location.column)));
  const others = errors.length === 1 ? "" : ` (and ${errors.length - 1} more)`;
  return { message: `${place}: ${text}${others}`, frame: `${place}: ${text}\n  ${line}\n  ${mark}` };
}

const MAX_LINE = 200;

function pathOf(file: string): string {
  const url = file.startsWith(`${DISK}:`) ? file.slice(DISK.length + 1) : file;
  return url.startsWith("file:") ? fromFileUrl(url.replace(/#.*$/, "")) : url;
}
