/**
 * The command line's grammar: its commands, their options, their help. What a command does is loaded when it is called, so
 * that help is quick.
 *
 * @module
 */

import { Command, Option } from "commander";
import { DEFAULT_SETTINGS } from "../measure/settings.ts";
import { visibleText } from "../report/visible_text.ts";
import type { Context } from "./context.ts";
import type { ExitCode } from "./exit_code.ts";
import { FORK_COMMAND } from "./launcher.ts";
import { TOOL } from "./version.ts";

const EXIT_CODES = `
Exit codes:
  0    done
  1    a benchmark failed; the others are measured
  2    wrong usage, or a file or folder that cannot be read or written
  130  interrupted by Ctrl-C (SIGINT), 143 by SIGTERM: what was complete is
       reported and saved; a second signal ends the program at once`;

const ENVIRONMENT = `
Environment:
  PUFFIN_BENCH_<OPTION>  default of an option: PUFFIN_BENCH_OUTPUT_DIR=out
  NO_COLOR               no colours, if not empty
  COLUMNS                width of the table
  CI                     no redrawing of the progress line, if not empty`;

const FORMATS = `
Formats:
  table, markdown, html    for people
  json                     the whole result, as --save-results saves it
  csv                      one line a benchmark, for spreadsheets
  go                       Go benchmark text, for benchstat
  bencher                  Bencher Metric Format
  github-action-benchmark  for its tool customSmallerIsBetter
  junit                    JUnit XML: a test case a benchmark
  openmetrics              for Prometheus`;

/** Is told the exit code of the command that ran. */
export type Finish = (exitCode: ExitCode) => void;

/** The whole program; parsing its arguments runs the command, and throws a `CommanderError` for help and for wrong usage. */
export function createProgram(context: Context, finish: Finish): Command {
  const program = new Command(TOOL.name)
    .description("Measures workflow agents, and reports what it measured with its uncertainty.")
    .version(`${TOOL.name} ${TOOL.version}`, "-V, --version", "show the version")
    .helpOption("-h, --help", "show help")
    .helpCommand("help [command]", "show a command's help")
    .configureOutput({
      writeOut: (text) => context.stdout.writeNow(text),
      writeErr: (text) => context.stderr.writeNow(text),
      outputError: (text, write) => write(withAdvice(text) + "\n"),
    })
    .addHelpText("after", EXIT_CODES)
    .exitOverride();
  for (const [name, names, description] of measuringCommands(context)) {
    measureOptions(program.command(name).description(description)).action(async (_options, command: Command) => {
      const { runMeasure } = await import("./commands/measure.ts");
      finish(await runMeasure(command, context, names));
    });
  }
  tellOptions(program.command("list").description("List the suites and their benchmarks"))
    .action(async (_options, command: Command) => {
      const { runList } = await import("./commands/list.ts");
      finish(await runList(command, context));
    });
  commonOptions(program.command("report").description("Show a saved result again, in any format"))
    .argument("<file>", "a result document")
    .option("--format <format>", "one of the formats below (default: what --output ends with, else table)")
    .option("--output <path>", "write to this file, not to stdout")
    .addHelpText("after", FORMATS)
    .action(async (file: string, _options, command: Command) => {
      const { runReport } = await import("./commands/report.ts");
      finish(await runReport(command, context, file));
    });
  tellOptions(program.command("system").description("Show the machine, the clock, and how quiet it is right now"))
    .action(async (_options, command: Command) => {
      const { runSystem } = await import("./commands/system.ts");
      finish(await runSystem(command, context));
    });
  program.command(FORK_COMMAND, { hidden: true }).description("Measure in this process what stdin asks for")
    .action(async () => {
      const { runForkCommand } = await import("./commands/fork.ts");
      finish(await runForkCommand(context));
    });
  return program;
}

/** An error of the parser on one line, as ours are: its suggestion stands on a second one, and some have none. */
function withAdvice(text: string): string {
  const line = visibleText(text.trimEnd().replace(/\n/g, " ").replace(/\.$/, ""));
  return line.endsWith("?)") ? line : `${line}; see ${TOOL.name} --help`;
}

/** `all`, then every suite: a command's name, the suites that it measures, its description. */
function measuringCommands({ suites }: Context): (readonly [string, readonly string[], string])[] {
  const names = Object.keys(suites);
  return [
    ["all", names, "Measure every suite"],
    ...Object.entries(suites).map(([name, { title }]) => [name, [name], `Measure suite ${name}: ${title}`] as const),
  ];
}

function measureOptions(command: Command): Command {
  const { timeMs, rounds, forks, timeoutMs } = DEFAULT_SETTINGS;
  command
    .option("--format <format>", "one of the formats below; on stdout (default: table)")
    .option("--save-results", "save the result as JSON; with --format html save the page too and print the table")
    .option("--output-dir <path>", "folder of saved results (default: results)")
    .option("--filter <regex>", "measure only the benchmarks whose id matches; see list")
    .option("--quick", "fewer forks and rounds: all suites in about 10 s")
    .option(
      "--time <duration>",
      `time that a benchmark is measured in each fork: 500, 500ms, 2s (default: ${timeMs}ms)`,
    )
    .option("--iterations <number>", "iterations in a sample (default: as many as the clock needs)")
    .option("--rounds <number>", `rounds in each fork, each one sample of each benchmark (default: ${rounds})`)
    .option("--forks <number>", `fresh processes to measure in (default: ${forks})`)
    .option("--seed <number>", "seed of the order and every other random choice (default: drawn, and recorded)")
    .option(
      "--timeout <duration>",
      `time after which a benchmark counts as hung in a fork (default: ${timeoutMs / 1000}s)`,
    )
    .option("--isolate-vm", "switch V8's helper threads off while measuring: steadier, less like production")
    .option("--resume", "go on with the unfinished run of this command that --save-results left in --output-dir")
    .option("--quiet", "no progress on stderr");
  return commonOptions(command).addHelpText("after", FORMATS + "\n" + ENVIRONMENT + "\n" + EXIT_CODES);
}

function tellOptions(command: Command): Command {
  return commonOptions(command.option("--format <format>", "table or json (default: table)"));
}

function commonOptions(command: Command): Command {
  return command
    .addOption(new Option("--no-color", "no colours; so it is off a terminal and under NO_COLOR"))
    .option("--debug", "show stacks: of errors, and of what benchmarks threw")
    .helpOption("-h, --help", "show help");
}
