/**
 * The command line from its arguments to its exit code.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";
import { visibleText } from "../visible_text.ts";
import type { Context, SuiteRegistry } from "./context.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import { FORK_COMMAND } from "./fork_command.ts";
import { streamOutput } from "./output.ts";
import { withAccessValues } from "./run/access_values.ts";
import { TOOL } from "./version.ts";

/** What makes one program differ from another. */
export interface CommandLineOptions {
  /** The suites that it can measure. */
  readonly suites: SuiteRegistry;
  /** URL of the module that calls this: what a fork is started with. */
  readonly mainModule: string;
}

/** Runs the command that the arguments name. It never rejects: an error is told on stderr, in one line. */
export async function runCommandLine(
  args: readonly string[],
  { suites, mainModule }: CommandLineOptions,
): Promise<ExitCode> {
  const context: Context = {
    suites,
    mainModule,
    arguments: args,
    stdout: streamOutput(Deno.stdout),
    stderr: streamOutput(Deno.stderr),
  };
  // Scripts ask for it again and again: it is told before the program is loaded.
  if (args.length === 1 && ["--version", "-V"].includes(String(args[0]))) {
    context.stdout.writeNow(`${TOOL.name} ${TOOL.version}\n`);
    return EXIT_CODE.done;
  }
  try {
    return await (args.length === 1 && args[0] === FORK_COMMAND ? runFork(context) : runProgram(context));
  } catch (error) {
    const { isDebug } = await import("./read_options.ts");
    context.stderr.writeNow(describe(error, isDebug(args)) + "\n");
    return EXIT_CODE.usage;
  }
}

/** A run waits for each process that it starts, and none of them needs the grammar. */
async function runFork(context: Context): Promise<ExitCode> {
  const { runForkCommand } = await import("./commands/fork.ts");
  return await runForkCommand(context);
}

async function runProgram(context: Context): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT_CODE.done;
  const [{ CommanderError }, { createProgram }] = await Promise.all([import("commander"), import("./program.ts")]);
  try {
    await createProgram(context, (code) => exitCode = code)
      .parseAsync(withAccessValues(context.arguments), { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODE.done : EXIT_CODE.usage;
    throw error;
  }
}

/** An error that we expect is its message; any other is a bug, and asks to be told. */
function describe(error: unknown, debug: boolean): string {
  // A message may quote what a file or an argument holds: nothing in it is to act on the terminal.
  if (debug && error instanceof Error) return (error.stack ?? error.message).split("\n").map(visibleText).join("\n");
  const message = visibleText((error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, " "));
  return error instanceof PuffinError ? `error: ${message}` : `error: unexpected: ${message}; --debug shows where`;
}
