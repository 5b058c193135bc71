/**
 * Which files of benchmarks a user means: by name, by folder, or by pattern.
 *
 * @module
 */

import { glob } from "node:fs/promises";
import { basename, extname, join, relative, resolve } from "node:path";
import { systemReason } from "../../measure/system_reason.ts";
import { statOf } from "../stat_of.ts";
import { quote, UsageError } from "../usage_error.ts";

/** Extensions of files that can be loaded. */
export const MODULE_EXTENSIONS = [".ts", ".mts", ".tsx", ".js", ".mjs", ".jsx"];

/** As `deno bench` finds them in a folder: `bench.ts`, `x_bench.ts`, `x.bench.ts`. */
const BENCHMARK_FILE = /^(?:.*[._])?bench\.(?:[mc]?[jt]s|[jt]sx)$/;

/** Folders that are not looked into. */
const SKIPPED = /^(?:node_modules$|\..)/;

/** A file of benchmarks. */
export interface BenchmarkFile {
  /** Its absolute path. */
  readonly path: string;
  /** What its suite is called: its name without the extension, with the folders if another file has that name. */
  readonly suite: string;
}

/** What was found. */
export interface FoundFiles {
  /** The files, each once, in the order in which they were named. */
  readonly files: readonly BenchmarkFile[];
  /** What is wrong with the words that no file was found by, by the word. */
  readonly empty: ReadonlyMap<string, string>;
}

/**
 * Finds the files that these words name. A folder stands for the files in it, and below, whose names end with `_bench` or `.bench`; a
 * pattern may have `*`, `**`, `?`, `[…]` and `{…}` in it.
 *
 * @throws {UsageError} If there is no such file or folder, or a file is of another kind, or no file is found at all.
 */
export async function findBenchmarkFiles(words: readonly string[], cwd: string): Promise<FoundFiles> {
  const paths = new Set<string>();
  const empty = new Map<string, string>();
  for (const word of words) {
    const found = await filesOf(word, cwd);
    if (found.length === 0) empty.set(word, reasonOf(word));
    for (const path of found) paths.add(path);
  }
  const [first] = empty.values();
  if (paths.size === 0) throw new UsageError(`Cannot run ${first ?? "nothing: name files of benchmarks, or folders"}`);
  return { files: named([...paths], cwd), empty };
}

async function filesOf(word: string, cwd: string): Promise<readonly string[]> {
  const path = resolve(cwd, word);
  const info = await statOf(path);
  if (info?.isDirectory === true) return await filesIn(path);
  if (info !== null) {
    if (MODULE_EXTENSIONS.includes(extname(path))) return [path];
    throw new UsageError(`Cannot run ${quote(word)}: it is no file of benchmarks (${MODULE_EXTENSIONS.join(", ")})`);
  }
  if (!isPattern(word)) throw new UsageError(`Cannot run ${quote(word)}: there is no such file or folder`);
  const found: string[] = [];
  for await (const match of glob(word, { cwd })) {
    const file = resolve(cwd, match);
    const isFile = (await statOf(file))?.isFile === true;
    if (isFile && MODULE_EXTENSIONS.includes(extname(file)) && !/[\\/]node_modules[\\/]/.test(file)) found.push(file);
  }
  return found.toSorted();
}

async function filesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  const folders: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory && !SKIPPED.test(entry.name)) folders.push(path);
      else if (entry.isFile && BENCHMARK_FILE.test(entry.name)) found.push(path);
    }
  } catch (error) {
    throw new UsageError(`Cannot look into ${quote(folder)}: ${systemReason(error)}`, { cause: error });
  }
  const below = await Promise.all(folders.toSorted().map(filesIn));
  return [...found.toSorted(), ...below.flat()];
}

function isPattern(word: string): boolean {
  return /[*?[{]/.test(word);
}

function reasonOf(word: string): string {
  return isPattern(word)
    ? `${quote(word)}: no file matches; check the pattern`
    : `${quote(word)}: the folder has no file of benchmarks (bench.ts, name_bench.ts, name.bench.ts)`;
}

/** Names of the engine's own suites. */
const TAKEN = ["references", "calibration"];

function named(paths: readonly string[], cwd: string): BenchmarkFile[] {
  const names = paths.map((path) => basename(path, extname(path)));
  return paths.map((path, index) => {
    const name = names[index] ?? path;
    const isUnique = !TAKEN.includes(name) && names.filter((other) => other === name).length === 1;
    return { path, suite: isUnique ? name : relative(cwd, path) };
  });
}
