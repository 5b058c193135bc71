/**
 * The command line's grammar: its commands, their options, their help. What a command does is loaded when it is called, so
 * that help is quick.
 *
 * @module
 */

import { Command, Option } from "commander";
import { DUET_DEFAULTS } from "../duet/defaults.ts";
import { DEFAULT_SETTINGS } from "../measure/settings.ts";
import { visibleText } from "../visible_text.ts";
import type { Context } from "./context.ts";
import type { ExitCode } from "./exit_code.ts";
import {
  AB_HELP,
  BASELINE_HELP,
  COMPARISON_EXIT_CODES,
  COMPARISON_FORMATS_HELP,
  COMPLETIONS_HELP,
  DOCTOR_HELP,
  ENVIRONMENT,
  EXIT_CODES,
  FORMATS,
  GITHUB,
  SELFTEST_HELP,
  SYSTEM_HELP,
} from "./grammar/help_texts.ts";
import { runCommand } from "./run/grammar.ts";
import { TOOL } from "./version.ts";

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
  runCommand(measureOptions(program.command("run")))
    .action(async (words: string[], _options, command: Command) => {
      const { runFiles } = await import("./commands/run.ts");
      finish(await runFiles(command, context, words));
    });
  commonOptions(program.command("new").description("Write a file of benchmarks to begin with"))
    .argument("<name>", "what it measures: parser makes parser_bench.ts; an extension of your own is kept")
    .action(async (name: string) => {
      const { runNew } = await import("./commands/new.ts");
      finish(await runNew(name, context));
    });
  tellOptions(program.command("list").description("List the suites and their benchmarks"))
    .action(async (_options, command: Command) => {
      const { runList } = await import("./commands/list.ts");
      finish(await runList(command, context));
    });
  comparisonOptions(
    program.command("report").description(
      "Show a saved result or comparison again, in any format; or two beside each other",
    )
      .argument("<file>", "a result, or what compare or ab saved")
      .argument("[file]", "a second result, which is compared with the first; the exit code does not judge"),
  )
    .option("--format <format>", "one of the formats below (default: what --output ends with, else table)")
    .option("--output <path>", "write to this file, not to stdout")
    .addHelpText("after", FORMATS + "\n" + COMPARISON_FORMATS_HELP)
    .action(async (first: string, second: string | undefined, _options, command: Command) => {
      const { runReport } = await import("./commands/report.ts");
      finish(await runReport(command, context, second === undefined ? [first] : [first, second]));
    });
  compareCommand(program.command("compare"))
    .action(async (first: string | undefined, second: string | undefined, _options, command: Command) => {
      const { runCompare } = await import("./commands/compare.ts");
      finish(await runCompare(command, context, [first, second].filter((file) => file !== undefined)));
    });
  baselineCommands(program.command("baseline"), context, finish);
  abCommand(program.command("ab"))
    .action(async (positional: string[], _options, command: Command) => {
      const { runAb } = await import("./commands/ab.ts");
      finish(await runAb(command, context, positional));
    });
  selftestCommand(program.command("selftest"))
    .action(async (_options, command: Command) => {
      const { runSelftest } = await import("./commands/selftest.ts");
      finish(await runSelftest(command, context));
    });
  systemCommand(program.command("system"))
    .action(async (_options, command: Command) => {
      const { runSystem } = await import("./commands/system.ts");
      finish(await runSystem(command, context));
    });
  doctorCommand(program.command("doctor"))
    .action(async (result: string, _options, command: Command) => {
      const { runDoctor } = await import("./commands/doctor.ts");
      finish(await runDoctor(command, context, result));
    });
  commonOptions(program.command("schema").description("Show the JSON Schema of a result, or of a comparison"))
    .argument("<document>", "result or comparison")
    .action(async (document: string) => {
      const { runSchema } = await import("./commands/schema.ts");
      finish(await runSchema(document, context));
    });
  commonOptions(program.command("completions").description("Write a shell's completions of this command line"))
    .argument("<shell>", "bash, zsh or fish")
    .addHelpText("after", COMPLETIONS_HELP)
    .action(async (shell: string) => {
      const { runCompletions } = await import("./commands/completions.ts");
      finish(await runCompletions(program, shell, context));
    });
  commonOptions(program.command("manual").description("Write the manual page: puffin-bench manual | man -l -"))
    .action(async () => {
      const { runManual } = await import("./commands/manual.ts");
      finish(await runManual(program, context));
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
    .option("--quick", "fewer forks and rounds: about 10 s for each suite")
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
    .option("--no-references", "do not measure the reference benchmarks, from which compare takes the host's drift")
    .option("--no-host-figures", "do not measure the host itself first, which takes about a second")
    .option("--resume", "go on with the unfinished run of this command that --save-results left in --output-dir")
    .option("--quiet", "no progress on stderr");
  return commonOptions(command).addHelpText("after", FORMATS + "\n" + ENVIRONMENT + "\n" + EXIT_CODES);
}

function compareCommand(command: Command): Command {
  return comparisonOptions(command)
    .description("Compare two sets of results: what is faster, slower, the same, or inconclusive")
    .argument("[a]", "the baseline; alone, the current result")
    .argument("[b]", "the current result")
    .option("--baseline <files...>", "runs of the baseline, or patterns of them (default: results/baseline.json)")
    .option("--current <files...>", "runs to compare with it, or patterns (default: newest, the newest result)")
    .option(
      "--fail-on <outcomes>",
      "what the exit code tells, of slower, failed, removed, inconclusive; or none (default: slower,failed)",
    )
    .option("--format <format>", "one of the formats below (default: what --output ends with, else table)")
    .option("--output <path>", "write to this file, not to stdout")
    .addHelpText("after", COMPARISON_FORMATS_HELP + "\n" + GITHUB + "\n" + COMPARISON_EXIT_CODES);
}

function abCommand(command: Command): Command {
  const { thresholdPercent, levelPercent, budgetMs: { full, quick } } = DUET_DEFAULTS;
  return commonOptions(command)
    .description("Compare two programs, revisions or files by measuring them in turn, sample by sample")
    .argument("[suites-or-files...]", "suites to measure (default: all), or files of benchmarks that both sides load")
    .requiredOption("--a <program>", "what it is compared with: an executable, a git revision, or a file of benchmarks")
    .requiredOption("--b <program>", "what is compared with it")
    .option("--filter <regex>", "measure only the benchmarks whose id matches; see list")
    .option("--threshold <percent>", `change that matters, in every benchmark (default: ${thresholdPercent})`)
    .option("--level <percent>", `how sure a verdict must be, over the whole suite (default: ${levelPercent})`)
    .option("--strict", "hold that level for any wrong verdict, not for their share")
    .option("--config <file>", "thresholds of single benchmarks and more (default: puffin-bench.json, if it is there)")
    .option(
      "--budget <duration>",
      `how long it may take: 500ms, 90s, 5m (default: ${full / 1000}s, with --quick ${quick / 1000}s)`,
    )
    .option(
      "--quick",
      "fewer samples in each pair of processes, and half the time: beside other work only large changes are found",
    )
    .option("--seed <number>", "seed of the order and every other random choice (default: drawn, and recorded)")
    .option("--timeout <duration>", "time after which a benchmark counts as hung (default: 10s)")
    .option(
      "--fail-on <outcomes>",
      "what the exit code tells, of slower, failed, removed, inconclusive; or none (default: slower,failed)",
    )
    .option("--format <format>", "one of the formats below (default: what --output ends with, else table)")
    .option("--output <path>", "write to this file, not to stdout")
    .option("--save-results", "save the comparison as JSON")
    .option("--output-dir <path>", "folder of saved results (default: results)")
    .option("--quiet", "no progress on stderr")
    .addHelpText("after", AB_HELP + "\n" + COMPARISON_FORMATS_HELP + "\n" + GITHUB + "\n" + COMPARISON_EXIT_CODES);
}

function selftestCommand(command: Command): Command {
  return tellOptions(command)
    .description("Measure how far verdicts can be trusted on this host: this program, compared with itself")
    .option(
      "--time <duration>",
      "how long to take on a quiet host: 90s, 5m (default: 2m, with --quick 45s); it takes up to twice as long " +
        "beside other work, for eight pairs are measured in any case, and the simulations take what they need",
    )
    .option("--quick", "test ab --quick, with fewer simulations")
    .option("--filter <regex>", "measure only the bodies whose id matches, such as calibration/sum_1000")
    .option("--seed <number>", "seed of every random choice (default: drawn, and told)")
    .option("--quiet", "no progress on stderr")
    .addHelpText("after", SELFTEST_HELP);
}

function systemCommand(command: Command): Command {
  return tellOptions(command)
    .description("Tell what a result from this host is worth: judge it, and measure it, in about 7 s")
    .option("--advice", "tell what to change, and why; nothing is changed")
    .option("--quick", "watch and measure for about 2 s: wider intervals, of one process")
    .option(
      "--output-dir <path>",
      "folder whose disk is meant, if it is there; else temporary files' (default: results)",
    )
    .addHelpText("after", SYSTEM_HELP);
}

function doctorCommand(command: Command): Command {
  return tellOptions(command)
    .description("Tell what limits the trust in a result, and what to do about it")
    .argument("<file>", "a result, or newest")
    .option("--output-dir <path>", "folder of saved results (default: results)")
    .addHelpText("after", DOCTOR_HELP);
}

function baselineCommands(baseline: Command, context: Context, finish: Finish): void {
  baseline.description("Keep what later results are compared with: results/baseline.json")
    .helpOption("-h, --help", "show help").addHelpText("after", BASELINE_HELP);
  const replacing = (command: Command) =>
    comparisonOptions(command)
      .argument("[files...]", "results, several as runs that are pooled (default: newest, the newest result)")
      .option("--current <files...>", "the same as an option")
      .option("--force", "replace the baseline without asking");
  replacing(baseline.command("save").description("Make a result the baseline"))
    .action(async (files: string[], _options, command: Command) => {
      const { runBaselineSave } = await import("./commands/baseline.ts");
      finish(await runBaselineSave(command, context, files));
    });
  commonOptions(baseline.command("show").description("Tell what the baseline is, and which there were before"))
    .option("--format <format>", "table or json (default: table)")
    .option("--output-dir <path>", "folder of saved results (default: results)")
    .action(async (_options, command: Command) => {
      const { runBaselineShow } = await import("./commands/baseline.ts");
      finish(await runBaselineShow(command, context));
    });
  replacing(
    baseline.command("update").description("Compare a newer result with the baseline, then make it the baseline"),
  )
    .action(async (files: string[], _options, command: Command) => {
      const { runBaselineUpdate } = await import("./commands/baseline.ts");
      finish(await runBaselineUpdate(command, context, files));
    });
}

function comparisonOptions(command: Command): Command {
  return commonOptions(command)
    .option("--threshold <percent>", "change that matters, in every benchmark (default: 10)")
    .option("--level <percent>", "how sure a verdict must be, over the whole suite (default: 95)")
    .option("--strict", "hold that level for any wrong verdict, not for their share")
    .option("--across-hosts", "compare results of different hosts, runtimes or settings all the same")
    .option("--config <file>", "thresholds of single benchmarks and more (default: puffin-bench.json, if it is there)")
    .option("--output-dir <path>", "folder of saved results (default: results)");
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
