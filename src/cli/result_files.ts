/**
 * Which files a user means: by name, by pattern, or the newest result.
 *
 * @module
 */

import { glob } from "node:fs/promises";
import { join } from "node:path";
import { systemReason } from "../measure/system_reason.ts";
import { quote, UsageError } from "./usage_error.ts";

/** Stands for the newest result in the folder of results, wherever a file may be named. */
export const NEWEST = "newest";

/**
 * The files that these words name: a word that is no file and has `*`, `?`, `[` or `{` in it is a pattern, for shells that
 * expand none; `newest` is the newest result in `folder`.
 *
 * @throws {UsageError} If a pattern matches nothing, or there is no result yet.
 */
export async function expandFiles(words: readonly string[], folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  for (const word of words) {
    if (await exists(word)) files.push(word);
    else if (word === NEWEST) files.push(await newestResult(folder));
    else if (/[*?[{]/.test(word)) files.push(...await matching(word));
    else files.push(word); // reading it tells that it is not there
  }
  return files;
}

async function matching(pattern: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const path of glob(pattern)) {
    if ((await Deno.stat(path)).isFile) found.push(path);
  }
  if (found.length > 0) return found.toSorted();
  throw new UsageError(`Cannot read ${quote(pattern)}: no file matches; check the pattern`);
}

/** Whether there is anything at a path. */
export async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch {
    return false; // not there, or not to be looked at: reading it tells why
  }
}

/**
 * The newest result in a folder, by the time in its name.
 *
 * @throws {UsageError} If the folder has none, or cannot be listed.
 */
export async function newestResult(folder: string): Promise<string> {
  const found: { readonly name: string; readonly stamp: string; readonly number: number }[] = [];
  try {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      const match = isFile ? RESULT.exec(name) : null;
      if (match !== null) found.push({ name, stamp: match[1] ?? "", number: Number(match[2] ?? 1) });
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      throw new UsageError(`Cannot list ${quote(folder)}: ${systemReason(error)}; name a file`, { cause: error });
    }
  }
  const newest = found.toSorted((a, b) => a.stamp < b.stamp ? 1 : a.stamp > b.stamp ? -1 : b.number - a.number)[0];
  if (newest !== undefined) return join(folder, newest.name);
  throw new UsageError(`Cannot find a result in ${quote(folder)}: measure one with --save-results, or name a file`);
}

/** What `--save-results` calls its files. */
const RESULT = /^benchmark_results_(\d{8}_\d{6})(?:_(\d+))?\.json$/;
