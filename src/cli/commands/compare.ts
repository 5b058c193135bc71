/**
 * `compare [A] [B]`: what became faster or slower, and an exit code that a gate can use.
 *
 * @module
 */

import type { Command } from "commander";
import { compareFiles, findSides } from "../compare_sides.ts";
import { showComparison } from "../comparison_output.ts";
import { readConfig } from "../config_file.ts";
import type { Context } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { comparisonExitCode, DEFAULT_FAIL_ON, isAnythingCompared } from "../fail_on.ts";
import { COMPARE_OPTIONS } from "../option_schemas.ts";
import { outputDirVariable, readOptions } from "../read_options.ts";
import { visibleText } from "../../visible_text.ts";

/** Compares two sets of stored results; the exit code tells what `--fail-on` names. */
export async function runCompare(command: Command, context: Context, files: readonly string[]): Promise<ExitCode> {
  const options = readOptions(command, COMPARE_OPTIONS, outputDirVariable);
  const config = await readConfig(options.config);
  const sides = await findSides({ ...options, positional: files, folder: options.outputDir });
  for (const line of sides.found) context.stderr.writeNow(`${visibleText(line)}\n`);
  const comparison = await compareFiles(sides, options, config);
  await showComparison(comparison, options, context);
  const exitCode = comparisonExitCode(comparison, options.failOn ?? config.failOn ?? DEFAULT_FAIL_ON);
  if (exitCode === EXIT_CODE.usage && !isAnythingCompared(comparison)) {
    context.stderr.writeNow("error: No benchmark could be compared; measure the same benchmarks on both sides\n");
  }
  return exitCode;
}
