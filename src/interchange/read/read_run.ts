/**
 * A run out of a file, whichever tool wrote it.
 *
 * @module
 */

import type { RunData } from "../../compare/run_data.ts";
import { readInputText } from "../../measure/input_text.ts";
import { parseRun } from "./parse_run.ts";

/**
 * Reads a run: {@linkcode parseRun} tells which formats; any of them may be compressed with gzip.
 *
 * @param path The file.
 * @throws {DocumentError} If there is no such file, it has or unpacks to more than 256 MiB, or it is not a run.
 */
export async function readRun(path: string): Promise<RunData> {
  return parseRun(await readInputText(path), path);
}
