/**
 * `manual`: the manual page of this program.
 *
 * @module
 */

import type { Command } from "commander";
import type { Context } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { manualPage, readGrammar } from "../grammar/mod.ts";
import { TOOL } from "../version.ts";

/** Prints the page, for `man`. */
export async function runManual(program: Command, context: Context): Promise<ExitCode> {
  await context.stdout.write(manualPage(readGrammar(program), TOOL.name, TOOL.version));
  return EXIT_CODE.done;
}
