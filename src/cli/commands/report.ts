/**
 * `report FILE`: shows a saved result again, in any format.
 *
 * @module
 */

import { extname } from "@std/path";
import type { Command } from "commander";
import { writeAtomically } from "../../measure/atomic_write.ts";
import { readDocument } from "../../measure/document_file.ts";
import { systemReason } from "../../measure/system_reason.ts";
import { loadReport, type ReportFormat } from "../../report/mod.ts";
import { type Context, stdoutTerminal } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { REPORT_OPTIONS } from "../option_schemas.ts";
import { readOptions } from "../read_options.ts";
import { UsageError } from "../usage_error.ts";

/** Renders the document in `file`, to stdout or to `--output`. */
export async function runReport(command: Command, context: Context, file: string): Promise<ExitCode> {
  const options = readOptions(command, REPORT_OPTIONS);
  const document = await readDocument(file);
  const report = await loadReport(options.format ?? formatOf(options.output));
  if (options.output === undefined) {
    await context.stdout.write(report.render(document, { ...stdoutTerminal(options.color), savedTo: [] }));
    return EXIT_CODE.done;
  }
  await writeReport(options.output, report.render(document, { width: FILE_WIDTH, color: false, savedTo: [] }));
  context.stderr.writeNow(`Written to ${options.output}\n`);
  return EXIT_CODE.done;
}

/** Columns of a table in a file: all of them. */
const FILE_WIDTH = 200;

const FORMAT_OF_EXTENSION: Readonly<Record<string, ReportFormat>> = {
  ".html": "html",
  ".htm": "html",
  ".md": "markdown",
  ".csv": "csv",
  ".json": "json",
};

/** What the name of the file asks for; a table where it says nothing. */
function formatOf(output: string | undefined): ReportFormat {
  return FORMAT_OF_EXTENSION[extname(output ?? "").toLowerCase()] ?? "table";
}

async function writeReport(path: string, text: string): Promise<void> {
  try {
    await writeAtomically(path, text);
  } catch (cause) {
    throw new UsageError(`Cannot write ${JSON.stringify(path)}: ${systemReason(cause)}; choose another --output`, {
      cause,
    });
  }
}
