/**
 * A run, from its settings to its report: what every command that measures does.
 *
 * @module
 */

import type { ExaminedFile } from "../measure/code.ts";
import type { CommandsRequest } from "../measure/commands/commands_request.ts";
import { measureCommands } from "../measure/commands/measure_commands.ts";
import type { Suite } from "../measure/definition.ts";
import type { ResultDocument, Settings } from "../measure/document.ts";
import { measure, type MeasureOptions as EngineOptions } from "../measure/engine.ts";
import { loadReport, type ReportFormat } from "../report/mod.ts";
import { type Context, stderrTerminal, stdoutTerminal } from "./context.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";
import type { Interruption } from "./interruption.ts";
import { selfLauncher } from "./launcher.ts";
import { createProgress, type Progress, SILENT } from "./progress.ts";
import { type ResultFile, ResultsFolder } from "./results_folder.ts";
import type { MeasureOptions } from "./settings.ts";
import { TOOL } from "./version.ts";
import { visibleText } from "../visible_text.ts";

/** What a run is to measure, and how. */
export interface Measuring {
  /** What its journal is called. */
  readonly command: string;
  /** Suites that are built in. */
  readonly suites: readonly Suite[];
  /** Files of the user's. */
  readonly files: readonly ExaminedFile[];
  /** Commands of the user's, instead of suites and files. */
  readonly commands?: CommandsRequest;
  /** How. */
  readonly settings: Settings;
  /** What else was asked for. */
  readonly options: MeasureOptions;
}

/** What a run works with. */
export interface MeasuringTools {
  /** The world outside. */
  readonly context: Context;
  /** Tells what happens. */
  readonly progress: Progress;
  /** Ends it early. */
  readonly interruption: Interruption;
}

/** What came of a run. */
export interface Measured {
  /** The result. */
  readonly document: ResultDocument;
  /** What the program ends with. */
  readonly exitCode: ExitCode;
}

/** Measures, saves and reports. */
export async function measureAndReport(
  { command, suites, files, commands, settings, options }: Measuring,
  { context, progress, interruption }: MeasuringTools,
): Promise<Measured> {
  const folder = options.saveResults || options.resume ? await ResultsFolder.open(options.outputDir) : undefined;
  const journalPath = folder?.journalPath(command);
  if (options.resume && !await exists(journalPath)) {
    progress.note(`Nothing to resume in ${visibleText(options.outputDir)}: starting afresh`);
  }
  let saved: Saved = { paths: [] };
  const common = {
    settings,
    launcher: selfLauncher(context.mainModule),
    tool: TOOL,
    arguments: context.arguments,
    ...(options.hostFigures ? { host: hostOf(folder) } : {}),
    save: async (document: ResultDocument) => {
      if (folder !== undefined && options.saveResults) saved = await save(document, folder, options);
    },
    signal: interruption.signal,
    listener: progress.listener,
  };
  const document = commands !== undefined ? await measureCommands({ ...common, commands }) : await measure({
    ...common,
    suites,
    files,
    references: options.references,
    ...(journalPath === undefined ? {} : { journalPath, resume: options.resume }),
  });
  progress.end();

  const report = await loadReport(stdoutFormat(options));
  await context.stdout.write(report.render(document, { ...stdoutTerminal(options.color), savedTo: saved.paths }));
  if (saved.error !== undefined) throw saved.error;
  if (document.run.status === "complete") return { document, exitCode: outcomeOf(document) };
  if (await exists(journalPath)) progress.note(`Interrupted; the same command with --resume goes on from here`);
  return { document, exitCode: interruption.exitCode };
}

/** A run is not for its host: a second must do. Its disk is the one that results are saved on, if they are. */
function hostOf(folder: ResultsFolder | undefined): NonNullable<EngineOptions["host"]> {
  return { form: "short", ...(folder === undefined ? {} : { folder: folder.path }) };
}

/** What tells of a run on stderr. */
export function progressFor({ quiet, color, debug }: MeasureOptions, { stderr }: Context): Progress {
  if (quiet) return SILENT;
  const terminal = stderrTerminal(color);
  return createProgress({ output: stderr, terminal, now: () => performance.now(), stacks: debug });
}

async function exists(path: string | undefined): Promise<boolean> {
  if (path === undefined) return false;
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
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
