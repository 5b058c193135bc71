/**
 * `doctor RESULT`: what limits the trust in a result, and what to do about it.
 *
 * @module
 */

import type { Command } from "commander";
import { readDocument } from "../../measure/document_file.ts";
import { diagnose } from "../../report/trust/diagnose.ts";
import { diagnosisText } from "../../report/trust/diagnosis_text.ts";
import { type Context, stdoutTerminal } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { DOCTOR_OPTIONS } from "../option_schemas.ts";
import { outputDirVariable, readOptions } from "../read_options.ts";
import { expandFiles } from "../result_files.ts";
import { quote, UsageError } from "../usage_error.ts";
import { visibleJson } from "../../visible_text.ts";

/**
 * Prints the diagnosis of one result.
 *
 * @throws {UsageError} If the word names several files.
 * @throws {DocumentError} If it is no result that can be read.
 */
export async function runDoctor(command: Command, context: Context, word: string): Promise<ExitCode> {
  const { format, color, outputDir } = readOptions(command, DOCTOR_OPTIONS, outputDirVariable);
  const [path, ...others] = await expandFiles([word], outputDir);
  if (path === undefined || others.length > 0) {
    throw new UsageError(`Cannot examine ${quote(word)}: it names ${others.length + 1} files; choose one of them`);
  }
  const document = await readDocument(path);
  const diagnosis = diagnose(document);
  const text = format === "json"
    ? visibleJson({ source: path, ...diagnosis }, 2) + "\n"
    : diagnosisText(diagnosis, document, stdoutTerminal(color));
  await context.stdout.write(text);
  return diagnosis.trust === "bad" ? EXIT_CODE.untrusted : EXIT_CODE.done;
}
