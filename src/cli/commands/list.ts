/**
 * `list`: the suites and their benchmarks.
 *
 * @module
 */

import type { Command } from "commander";
import { type Context, stdoutTerminal } from "../context.ts";
import type { Suite } from "../../measure/definition.ts";
import { benchmarkId, combinations } from "../../measure/parameters.ts";
import { shortenMiddle } from "../../report/shorten.ts";
import { visibleJson, visibleText } from "../../visible_text.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { TELL_OPTIONS } from "../option_schemas.ts";
import { readOptions } from "../read_options.ts";

/** Prints every suite with its benchmarks' ids, which `--filter` is matched against. */
export async function runList(command: Command, context: Context): Promise<ExitCode> {
  const { format, color } = readOptions(command, TELL_OPTIONS);
  const suites = await Promise.all(Object.values(context.suites).map((entry) => entry.load()));
  const { width } = stdoutTerminal(color);
  await context.stdout.write(format === "json" ? listJson(suites) : listText(suites, width));
  return EXIT_CODE.done;
}

function listJson(suites: readonly Suite[]): string {
  const list = suites.map((suite) => ({ name: suite.name, title: suite.title, benchmarks: idsOf(suite) }));
  return visibleJson({ suites: list }, 2) + "\n";
}

function listText(suites: readonly Suite[], width: number): string {
  const lines = suites.flatMap((suite) => [
    `${suite.name}: ${visibleText(suite.title)}`,
    ...idsOf(suite).map((id) => `  ${shortenMiddle(visibleText(id), width - 2)}`),
  ]);
  return lines.join("\n") + "\n";
}

function idsOf({ name: suite, benchmarks }: Suite): string[] {
  return benchmarks.flatMap(({ name, options }) =>
    combinations(options.params ?? {}).map((params) => benchmarkId(suite, name, params))
  );
}
