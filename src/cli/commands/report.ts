/**
 * `report FILE`: shows a saved result or comparison again, in any format. `report A B`: compares two results for reading.
 *
 * @module
 */

import { extname } from "node:path";
import type { Command } from "commander";
import { comparisonFrom, saysComparison } from "../../compare/comparison_file.ts";
import type { Comparison } from "../../compare/comparison.ts";
import type { ResultDocument } from "../../measure/document.ts";
import { parseDocument } from "../../measure/document_file.ts";
import { DocumentError } from "../../measure/document_error.ts";
import { readInputText } from "../../measure/input_text.ts";
import { loadReport, REPORT_FORMATS, type ReportFormat } from "../../report/mod.ts";
import { compareFiles, findSides } from "../compare_sides.ts";
import { FILE_WIDTH, showComparison, writeReport } from "../comparison_output.ts";
import { readConfig } from "../config_file.ts";
import { type Context, stdoutTerminal } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { REPORT_OPTIONS } from "../option_schemas.ts";
import { outputDirVariable, readOptions } from "../read_options.ts";
import { quote, UsageError } from "../usage_error.ts";
import { visibleText } from "../../visible_text.ts";

/** Renders what `first` holds, or how `second` compares with it, to stdout or to `--output`; no verdict is a failure. */
export async function runReport(
  command: Command,
  context: Context,
  [first, second]: readonly [string, string?],
): Promise<ExitCode> {
  const options = readOptions(command, REPORT_OPTIONS, outputDirVariable);
  if (second !== undefined) {
    const sides = await findSides({ positional: [first, second], folder: options.outputDir });
    await showComparison(await compareFiles(sides, options, await readConfig(options.config)), options, context);
    return EXIT_CODE.done;
  }
  const shown = await readShown(first);
  if (shown.comparison === undefined) await showDocument(shown.document, options, context);
  else await showComparison(shown.comparison, options, context);
  return EXIT_CODE.done;
}

type Shown =
  | { readonly document: ResultDocument; readonly comparison?: undefined }
  | { readonly comparison: Comparison };

/** A result is parsed once; only what says that it is none is looked at again. */
async function readShown(path: string): Promise<Shown> {
  const text = await readInputText(path);
  try {
    return { document: parseDocument(text, path) };
  } catch (error) {
    if (!(error instanceof DocumentError) || error.code !== "document_wrong_format") throw error;
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, "")); // it is JSON: its format could be read
    if (!saysComparison(value)) throw error;
    return { comparison: comparisonFrom(value, path) };
  }
}

interface DocumentOutput {
  readonly format?: string | undefined;
  readonly output?: string | undefined;
  readonly color: boolean;
}

async function showDocument(document: ResultDocument, asked: DocumentOutput, context: Context): Promise<void> {
  const report = await loadReport(documentFormat(asked));
  if (asked.output === undefined) {
    await context.stdout.write(report.render(document, { ...stdoutTerminal(asked.color), savedTo: [] }));
    return;
  }
  await writeReport(asked.output, report.render(document, { width: FILE_WIDTH, color: false, savedTo: [] }));
  context.stderr.writeNow(`Written to ${visibleText(asked.output)}\n`);
}

const FORMAT_OF_EXTENSION: Readonly<Record<string, ReportFormat>> = {
  ".html": "html",
  ".htm": "html",
  ".md": "markdown",
  ".csv": "csv",
  ".json": "json",
  ".xml": "junit",
};

/** The format that was asked for, or that the file's name asks for; a table where neither says anything. */
function documentFormat({ format, output }: DocumentOutput): ReportFormat {
  if (format === undefined) return FORMAT_OF_EXTENSION[extname(output ?? "").toLowerCase()] ?? "table";
  const known = REPORT_FORMATS.find((name) => name === format);
  if (known !== undefined) return known;
  throw new UsageError(
    `Cannot use --format ${quote(format)} for a result: expected one of ${REPORT_FORMATS.join(", ")}`,
  );
}
