/**
 * `all`, and every suite by its name: measures, reports, saves.
 *
 * @module
 */

import type { Command } from "commander";
import type { ResultDocument } from "../../measure/document.ts";
import { measure, type MeasureOptions as EngineOptions } from "../../measure/engine.ts";
import { loadReport, type ReportFormat } from "../../report/mod.ts";
import { type Context, stderrTerminal, stdoutTerminal } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { Interruption } from "../interruption.ts";
import { selfLauncher } from "../launcher.ts";
import { MEASURE_OPTIONS } from "../option_schemas.ts";
import { createProgress, type Progress, SILENT } from "../progress.ts";
import { readOptions } from "../read_options.ts";
import { type ResultFile, ResultsFolder } from "../results_folder.ts";
import { type MeasureOptions, settingsOf } from "../settings.ts";
import { loadSuites } from "../suites.ts";
import { TOOL } from "../version.ts";

/** Measures the suites of these names. Everything that can be wrong with the request is found before it starts. */
export async function runMeasure(command: Command, context: Context, names: readonly string[]): Promise<ExitCode> {
  const options = readOptions(command, MEASURE_OPTIONS, (name) => Deno.env.get(name));
  const settings = settingsOf(options);
  const suites = await loadSuites(context.suites, names);
  const folder = options.saveResults || options.resume ? await ResultsFolder.open(options.outputDir) : undefined;
  const journalPath = folder?.journalPath(command.name());

  const progress = progressFor(options, context);
  if (options.resume && !await exists(journalPath)) {
    progress.note(`Nothing to resume in ${options.outputDir}: starting afresh`);
  }
  using interruption = new Interruption(() =>
    progress.note("Stopping with what is complete; once more to stop at once")
  );
  let saved: Saved = { paths: [] };
  const document = await measure({
    suites,
    settings,
    launcher: selfLauncher(context.mainModule),
    tool: TOOL,
    arguments: context.arguments,
    references: options.references,
    ...(options.hostFigures ? { host: hostOf(folder) } : {}),
    ...(journalPath === undefined ? {} : { journalPath, resume: options.resume }),
    save: async (document) => {
      if (folder !== undefined && options.saveResults) saved = await save(document, folder, options);
    },
    signal: interruption.signal,
    listener: progress.listener,
  });
  progress.end();

  const report = await loadReport(stdoutFormat(options));
  await context.stdout.write(report.render(document, { ...stdoutTerminal(options.color), savedTo: saved.paths }));
  if (saved.error !== undefined) throw saved.error;
  if (document.run.status === "complete") return outcomeOf(document);
  if (await exists(journalPath)) progress.note(`Interrupted; the same command with --resume goes on from here`);
  return interruption.exitCode;
}

/** A run is not for its host: a second must do. Its disk is the one that results are saved on, if they are. */
function hostOf(folder: ResultsFolder | undefined): NonNullable<EngineOptions["host"]> {
  return { form: "short", ...(folder === undefined ? {} : { folder: folder.path }) };
}

async function exists(path: string | undefined): Promise<boolean> {
  if (path === undefined) return false;
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

function progressFor({ quiet, color, debug }: MeasureOptions, { stderr }: Context): Progress {
  if (quiet) return SILENT;
  const terminal = stderrTerminal(color);
  return createProgress({ output: stderr, terminal, now: () => performance.now(), stacks: debug });
}

/** A page that is saved leaves the terminal to the table; a page that is not goes to stdout. */
function stdoutFormat({ format, saveResults }: MeasureOptions): ReportFormat {
  return format === "html" && saveResults ? "table" : format;
}

/** The files that were written, or why they could not be. */
interface Saved {
  readonly paths: readonly string[];
  readonly error?: unknown;
}

/** Saves the document, and the page if one was asked for. What fails is told after the report, so that nothing is lost. */
async function save(
  document: ResultDocument,
  folder: ResultsFolder,
  { format }: MeasureOptions,
): Promise<Saved> {
  const formats = format === "html" ? (["json", "html"] as const) : (["json"] as const);
  const files = await Promise.all(formats.map(async (name): Promise<ResultFile> => {
    const { extension, render } = await loadReport(name);
    const text = render(document, { width: 0, color: false, savedTo: [] });
    return { kind: name === "json" ? "results" : "report", extension, text };
  }));
  try {
    return { paths: await folder.save(files, new Date(document.run.startedAt)) };
  } catch (error) {
    return { paths: [], error };
  }
}

function outcomeOf({ benchmarks }: ResultDocument): ExitCode {
  return benchmarks.some(({ status }) => status === "failed") ? EXIT_CODE.failed : EXIT_CODE.done;
}
