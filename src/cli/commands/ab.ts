/**
 * `ab --a A --b B`: two programs, measured in turn until it is known what became faster or slower.
 *
 * @module
 */

import type { Command } from "commander";
import type { Comparison } from "../../compare/comparison.ts";
import { duet, DUET_DEFAULTS } from "../../duet/mod.ts";
import { loadComparisonReport } from "../../report/comparison/mod.ts";
import { findSides } from "../ab/sides.ts";
import { createLiveView, type LiveView, SILENT_VIEW } from "../ab/live_view.ts";
import { FILE_WIDTH, requireWritable, showComparison } from "../comparison_output.ts";
import { type Config, readConfig, thresholdFor } from "../config_file.ts";
import { type Context, stderrTerminal } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { comparisonExitCode, DEFAULT_FAIL_ON, isAnythingCompared } from "../fail_on.ts";
import { Interruption } from "../interruption.ts";
import { selfLauncher } from "../launcher.ts";
import { AB_OPTIONS, type AbOptions } from "../option_schemas.ts";
import { outputDirVariable, readOptions } from "../read_options.ts";
import { ResultsFolder } from "../results_folder.ts";
import { drawnSeed } from "../settings.ts";
import { TOOL } from "../version.ts";

/** Measures both sides in turn; the exit code tells what `--fail-on` names. */
export async function runAb(command: Command, context: Context, positional: readonly string[]): Promise<ExitCode> {
  const options = readOptions(command, AB_OPTIONS, outputDirVariable);
  const config = await readConfig(options.config);
  if (options.output !== undefined) await requireWritable(options.output);
  const folder = options.saveResults ? await ResultsFolder.open(options.outputDir) : undefined;
  const budgetMs = options.budget ?? DUET_DEFAULTS.budgetMs[options.quick ? "quick" : "full"];
  const view = viewFor(options, context, budgetMs);
  using interruption = new Interruption(() => view.note("Stopping with what is complete; once more to stop at once"));
  let comparison: Comparison;
  try {
    await using sides = await findSides({
      a: options.a,
      b: options.b,
      positional,
      suiteNames: Object.keys(context.suites),
      self: selfLauncher(context.mainModule),
      cwd: Deno.cwd(),
      signal: interruption.signal,
    });
    comparison = await duet({
      a: sides.a,
      b: sides.b,
      ignoreDefinitions: sides.ignoreDefinitions,
      ...decisionOf(options, config),
      budgetMs,
      seed: options.seed ?? drawnSeed(),
      filter: options.filter ?? null,
      quick: options.quick,
      ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
      tool: TOOL,
      signal: interruption.signal,
      listener: view.listener,
    });
  } catch (thrown) {
    if (interruption.signal.aborted) return interruption.exitCode; // before there was anything to measure
    throw thrown;
  } finally {
    view.end();
  }
  if (comparison.status === "interrupted" && comparison.benchmarks.length === 0) {
    context.stderr.writeNow("Stopped before a pair of processes was complete: there is nothing to show\n");
    return interruption.exitCode;
  }
  const savedTo = folder === undefined ? [] : await save(comparison, folder);
  await showComparison(comparison, { ...options, savedTo }, context);
  if (comparison.status === "interrupted") return interruption.exitCode;
  const exitCode = comparisonExitCode(comparison, options.failOn ?? config.failOn ?? DEFAULT_FAIL_ON);
  if (exitCode === EXIT_CODE.usage && !isAnythingCompared(comparison)) {
    context.stderr.writeNow("error: No benchmark could be compared; let both sides have the same benchmarks\n");
  }
  return exitCode;
}

/** Thresholds and error rate: a flag is held against the config file, where `--threshold` is that of every benchmark. */
function decisionOf(options: AbOptions, config: Config) {
  const others = options.threshold ?? config.threshold ?? DUET_DEFAULTS.thresholdPercent;
  const own: Pick<Config, "thresholds"> = options.threshold === undefined ? config : { thresholds: [] };
  const level = options.level ?? config.level ?? DUET_DEFAULTS.levelPercent;
  return {
    threshold: others / 100,
    thresholdOf: (id: string) => thresholdFor(id, own, others) / 100,
    alpha: Number(((100 - level) / 100).toFixed(6)), // without the rounding error of the subtraction
    errorControl: options.strict || config.strict === true ? "fwer" as const : "fdr" as const,
  };
}

function viewFor({ quiet, color }: AbOptions, { stderr }: Context, budgetMs: number): LiveView {
  if (quiet) return SILENT_VIEW;
  return createLiveView({ output: stderr, terminal: stderrTerminal(color), rows: terminalRows, budgetMs });
}

const DEFAULT_ROWS = 24;

function terminalRows(): number {
  try {
    return Deno.consoleSize().rows || DEFAULT_ROWS;
  } catch {
    return DEFAULT_ROWS; // no terminal to ask, for instance on Windows with stdin redirected
  }
}

async function save(comparison: Comparison, folder: ResultsFolder): Promise<readonly string[]> {
  const { extension, render } = await loadComparisonReport("json");
  const text = render(comparison, { width: FILE_WIDTH, color: false, savedTo: [] });
  return await folder.save([{ kind: "comparison", extension, text }], new Date(comparison.createdAt));
}
