/**
 * A baseline of several runs: an index that names their files. A baseline of one run is that run's file itself.
 *
 * @module
 */

import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { z } from "zod";
import type { RunData } from "../compare/run_data.ts";
import { parseRun } from "../interchange/mod.ts";
import { DocumentError, fieldAt, fieldPath, foundValue, quote } from "../measure/document_error.ts";
import { readInputText } from "../measure/input_text.ts";
import { visibleJson } from "../visible_text.ts";

/** What the `format` field of every index says. */
const BASELINE_FORMAT = "puffin-bench/baseline";

/** The version of the index that is written, and the only one that is read. */
const BASELINE_VERSION = 1;

/** The folder of earlier baselines, beside `baseline.json`. */
export const HISTORY_FOLDER = "baselines";

/** The largest number of files that indexes may name, those that they name in turn included. */
const MAX_RUNS = 1000;

const indexSchema = z.strictObject({
  format: z.literal(BASELINE_FORMAT),
  version: z.literal(BASELINE_VERSION, `expected ${BASELINE_VERSION}`),
  runs: z.array(z.string("expected a path").min(1, "expected a path"), "expected a list of paths").min(
    1,
    "expected at least one path",
  ),
});

/** The text of an index; the paths are relative to its own folder, and lead to nowhere above the folder of results. */
export function baselineIndex(runs: readonly string[]): string {
  return visibleJson({ format: BASELINE_FORMAT, version: BASELINE_VERSION, runs }, 2) + "\n";
}

/**
 * The paths that an index names, as it names them; undefined if the text is none.
 *
 * @param source Its path, for messages.
 * @throws {DocumentError} If it is an index that is not what it should be.
 */
export function parseBaselineIndex(text: string, source: string): readonly string[] | undefined {
  if (!SAYS_INDEX.test(text)) return undefined;
  const value = tryJson(text);
  if (fieldAt(value, ["format"]) !== BASELINE_FORMAT) return undefined;
  const parsed = indexSchema.safeParse(value);
  if (parsed.success) return parsed.data.runs;
  const issue = parsed.error.issues[0];
  const path = [...issue?.path ?? [], ...issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : []];
  throw new DocumentError(
    "document_invalid",
    `Cannot read ${quote(source)}: ${fieldPath(path)} is ${foundValue(fieldAt(value, path))}: ` +
      `${issue?.message ?? "not valid"}; save the baseline again`,
  );
}

/** An index is short, and says what it is near its beginning; a result is megabytes, and is parsed once only. */
const SAYS_INDEX = /^\s*\{[^]{0,500}?"puffin-bench\/baseline"/;

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // parsed as a result, it is told what is wrong with it
  }
}

/**
 * Reads the runs of a file: one, or for an index those that it names. An index may come from anywhere, so that it is followed to
 * nowhere but its own folder of results.
 *
 * @throws {DocumentError} If a file cannot be read, is no result, or an index names itself, directly or through others, or a file
 * elsewhere.
 */
export async function readRuns(path: string): Promise<readonly RunData[]> {
  const runs: RunData[] = [];
  await addRuns(path, [], runs);
  return runs;
}

async function addRuns(path: string, parents: readonly Visited[], runs: RunData[]): Promise<void> {
  const text = await readInputText(path);
  const named = parseBaselineIndex(text, path);
  if (named === undefined) {
    runs.push(parseRun(text, path));
    if (runs.length > MAX_RUNS) throw tooMany(parents[0]?.path ?? path);
    return;
  }
  const here: Visited = { path, real: await Deno.realPath(path) };
  if (parents.some(({ real }) => real === here.real)) throw cyclic(here, parents);
  for (const [index, name] of named.entries()) {
    const file = join(dirname(path), name);
    if (isAbsolute(name) || !isWithin(folderOfResults(path), file)) throw elsewhere(path, index, name);
    await addRuns(file, [...parents, here], runs);
  }
}

/** An earlier index names runs beside the baseline, too. */
function folderOfResults(index: string): string {
  const folder = dirname(resolve(index));
  return basename(folder) === HISTORY_FOLDER ? dirname(folder) : folder;
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, resolve(path));
  return !isAbsolute(way) && !/^\.\.(?:[/\\]|$)/.test(way);
}

function elsewhere(path: string, index: number, name: string): DocumentError {
  return new DocumentError(
    "document_invalid",
    `Cannot read ${quote(path)}: runs[${index}] is ${
      foundValue(name)
    }: expected a path within its own folder; pass the files themselves`,
  );
}

interface Visited {
  readonly path: string;
  readonly real: string;
}

function cyclic({ path, real }: Visited, parents: readonly Visited[]): DocumentError {
  const through = parents.slice(parents.findIndex((parent) => parent.real === real) + 1).map((parent) =>
    quote(parent.path)
  );
  return new DocumentError(
    "document_invalid",
    `Cannot read ${quote(path)}: runs names the file itself${
      through.length === 0 ? "" : `, through ${through.join(" and ")}`
    }; save the baseline again`,
  );
}

function tooMany(path: string): DocumentError {
  return new DocumentError(
    "document_invalid",
    `Cannot read ${quote(path)}: runs names more than ${MAX_RUNS} files; save fewer`,
  );
}
