/**
 * `completions`: a script that completes this program's commands, options and their values in a shell.
 *
 * @module
 */

import type { Command } from "commander";
import type { Context } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { bashCompletions, fishCompletions, readGrammar, type Shell, SHELLS, zshCompletions } from "../grammar/mod.ts";
import { quote, UsageError } from "../usage_error.ts";

const WRITERS = { bash: bashCompletions, zsh: zshCompletions, fish: fishCompletions } satisfies Record<Shell, unknown>;

/**
 * Prints the script for a shell.
 *
 * @throws {UsageError} If there is none for it.
 */
export async function runCompletions(program: Command, shell: string, context: Context): Promise<ExitCode> {
  const known = SHELLS.find((name) => name === shell);
  if (known === undefined) {
    throw new UsageError(`Cannot complete in ${quote(shell)}: expected ${SHELLS.join(", ")}`);
  }
  await context.stdout.write(WRITERS[known](readGrammar(program), program.name()));
  return EXIT_CODE.done;
}
