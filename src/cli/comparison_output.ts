/**
 * Where a comparison's report goes: stdout or a file, and what is told besides.
 *
 * @module
 */

import { dirname, extname } from "node:path";
import type { Comparison } from "../compare/comparison.ts";
import { writeAtomically } from "../measure/atomic_write.ts";
import { systemReason } from "../measure/system_reason.ts";
import { COMPARISON_FORMATS, type ComparisonFormat, loadComparisonReport } from "../report/comparison/mod.ts";
import { type Context, stdoutTerminal } from "./context.ts";
import { tellGithub } from "./github_actions.ts";
import { quote, UsageError } from "./usage_error.ts";
import { visibleText } from "../visible_text.ts";

/** How a comparison is shown. */
export interface ComparisonOutput {
  /** Its format; undefined: what `output` ends with, else a table. */
  readonly format?: string | undefined;
  /** The file to write; undefined: stdout. */
  readonly output?: string | undefined;
  /** Whether colours may be used. */
  readonly color: boolean;
  /** Files that were written besides, to be named at the end of a table. */
  readonly savedTo?: readonly string[];
}

/**
 * Writes a comparison to stdout or to a file, whole or not at all; in GitHub Actions tells that too.
 *
 * @throws {UsageError} If there is no such format, or it cannot be written.
 */
export async function showComparison(comparison: Comparison, asked: ComparisonOutput, context: Context): Promise<void> {
  const format = comparisonFormat(asked);
  const report = await loadComparisonReport(format);
  const savedTo = asked.savedTo ?? [];
  if (asked.output === undefined) {
    await context.stdout.write(report.render(comparison, { ...stdoutTerminal(asked.color), savedTo }));
  } else {
    await writeReport(asked.output, report.render(comparison, { width: FILE_WIDTH, color: false, savedTo }));
    context.stderr.writeNow(`Written to ${visibleText(asked.output)}\n`);
  }
  const annotate = format !== "github" || asked.output !== undefined;
  await tellGithub(comparison, { stderr: context.stderr, env: (name) => Deno.env.get(name), annotate });
}

/** Columns of a table in a file: all of them. */
export const FILE_WIDTH = 200;

const FORMAT_OF_EXTENSION: Readonly<Record<string, string>> = {
  ".html": "html",
  ".htm": "html",
  ".md": "markdown",
  ".json": "json",
  ".xml": "junit",
};

/** The format that was asked for, or that the file's name asks for; a table where neither says anything. */
function comparisonFormat({ format, output }: Pick<ComparisonOutput, "format" | "output">): ComparisonFormat {
  const asked = format ?? FORMAT_OF_EXTENSION[extname(output ?? "").toLowerCase()] ?? "table";
  const known = COMPARISON_FORMATS.find((name) => name === asked);
  if (known !== undefined) return known;
  throw new UsageError(
    `Cannot use --format ${quote(asked)} for a comparison: expected one of ${COMPARISON_FORMATS.join(", ")}`,
  );
}

/**
 * Writes a report to the file that `--output` names, whole or not at all.
 *
 * @throws {UsageError} If it cannot be written.
 */
export async function writeReport(path: string, text: string): Promise<void> {
  try {
    await writeAtomically(path, text);
  } catch (cause) {
    throw cannotWrite(path, systemReason(cause), cause);
  }
}

/**
 * Makes sure that a report can be written, before the time is spent that it is to tell of.
 *
 * @throws {UsageError} If it cannot.
 */
export async function requireWritable(path: string): Promise<void> {
  try {
    await Deno.remove(await Deno.makeTempFile({ dir: dirname(path), prefix: ".puffin-bench-" }));
  } catch (cause) {
    throw cannotWrite(path, systemReason(cause), cause);
  }
  const info = await Deno.stat(path).catch(() => null);
  if (info?.isDirectory === true) throw cannotWrite(path, "it is a folder");
}

function cannotWrite(path: string, reason: string, cause?: unknown): UsageError {
  return new UsageError(`Cannot write ${JSON.stringify(path)}: ${reason}; choose another --output`, { cause });
}
