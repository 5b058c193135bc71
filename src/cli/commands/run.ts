/**
 * `run`: measures files of benchmarks of the user's, or whole commands.
 *
 * @module
 */

import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { ExitCode } from "../exit_code.ts";
import { Interruption } from "../interruption.ts";
import { selfLauncher } from "../launcher.ts";
import { measureAndReport, type Measured, progressFor } from "../measuring.ts";
import { RUN_OPTIONS, type RunOptions } from "../option_schemas.ts";
import type { Progress } from "../progress.ts";
import { readOptions } from "../read_options.ts";
import { commandMeasuring } from "../run/command_request.ts";
import { findBenchmarkFiles } from "../run/benchmark_files.ts";
import { loadFiles } from "../run/load_files.ts";
import { settingsOf } from "../settings.ts";

/** Measures the files that these words name, or the commands that the options do. */
export async function runFiles(command: Command, context: Context, words: readonly string[]): Promise<ExitCode> {
  const options = readOptions(command, RUN_OPTIONS, (name) => Deno.env.get(name));
  const commands = commandMeasuring(options, words);
  const progress = progressFor(options, context);
  using interruption = new Interruption(() =>
    progress.note("Stopping with what is complete; once more to stop at once")
  );
  const tools = { context, progress, interruption };
  if (commands !== undefined) {
    const measuring = { command: "run", suites: [], files: [], ...commands, options };
    return (await measureAndReport(measuring, tools)).exitCode;
  }
  if (options.watch) {
    const { watchFiles } = await import("../run/watch.ts");
    return await watchFiles(() => runOnce(words, options, tools), { ...tools, color: options.color });
  }
  try {
    return (await runOnce(words, options, tools)).exitCode;
  } catch (error) {
    if (interruption.signal.aborted) return interruption.exitCode;
    throw error;
  }
}

/** What a run of files works with. */
interface RunTools {
  readonly context: Context;
  readonly progress: Progress;
  readonly interruption: Interruption;
}

/** What came of it, and what it was made of. */
export interface RunOutcome extends Measured {
  /** Paths of all files that were read for it. */
  readonly sources: ReadonlySet<string>;
}

async function runOnce(
  words: readonly string[],
  options: RunOptions,
  { context, progress, interruption }: RunTools,
): Promise<RunOutcome> {
  const settings = settingsOf(options);
  const cwd = Deno.cwd();
  const { files, sources } = await loadFiles(await findBenchmarkFiles(words, cwd), {
    access: options,
    cwd,
    launcher: selfLauncher(context.mainModule),
    settings,
    signal: interruption.signal,
    note: progress.note,
    print: (text) => progress.listener({ type: "output", text }),
  });
  const measured = await measureAndReport(
    { command: "run", suites: [], files, settings, options },
    { context, progress, interruption },
  );
  return { ...measured, sources };
}
