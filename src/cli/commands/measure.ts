/**
 * The commands that measure the program's own suites: `all`, and one for each suite.
 *
 * @module
 */

import type { Command } from "commander";
import type { Context } from "../context.ts";
import type { ExitCode } from "../exit_code.ts";
import { Interruption } from "../interruption.ts";
import { measureAndReport, progressFor } from "../measuring.ts";
import { MEASURE_OPTIONS } from "../option_schemas.ts";
import { readOptions } from "../read_options.ts";
import { settingsOf } from "../settings.ts";
import { loadSuites } from "../suites.ts";

/** Measures the suites of these names. Everything that can be wrong with the request is found before it starts. */
export async function runMeasure(command: Command, context: Context, names: readonly string[]): Promise<ExitCode> {
  const options = readOptions(command, MEASURE_OPTIONS, (name) => Deno.env.get(name));
  const settings = settingsOf(options);
  const suites = await loadSuites(context.suites, names);
  const progress = progressFor(options, context);
  using interruption = new Interruption(() =>
    progress.note("Stopping with what is complete; once more to stop at once")
  );
  const { exitCode } = await measureAndReport(
    { command: command.name(), suites, files: [], settings, options },
    { context, progress, interruption },
  );
  return exitCode;
}
