/**
 * `selftest`: compares this program with itself on this host, and says how far its verdicts can be trusted.
 *
 * @module
 */

import type { Command } from "commander";
import { formatDuration } from "../../report/number_format.ts";
import {
  defaultProcedure,
  EFFORT,
  selftest,
  type SelftestEvent,
  type SelftestResult,
  selftestTable,
} from "../../selftest/mod.ts";
import { type Context, stderrTerminal, stdoutTerminal } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { Interruption } from "../interruption.ts";
import { selfLauncher } from "../launcher.ts";
import { SELFTEST_OPTIONS } from "../option_schemas.ts";
import { readOptions } from "../read_options.ts";
import { drawnSeed } from "../settings.ts";
import { TOOL } from "../version.ts";
import { visibleJson } from "../../visible_text.ts";

/** How long it takes without `--time`, in milliseconds. */
const TIME_MS = { full: 120_000, quick: 45_000 };

/** Measures, simulates, and tells; a signal ends it without a result. */
export async function runSelftest(command: Command, context: Context): Promise<ExitCode> {
  const options = readOptions(command, SELFTEST_OPTIONS);
  const kind = options.quick ? "quick" : "full";
  const progress = progressOn(context, options);
  using interruption = new Interruption(() => progress.end());
  let result: SelftestResult;
  try {
    result = await selftest({
      launcher: selfLauncher(context.mainModule),
      timeMs: options.time ?? TIME_MS[kind],
      quick: options.quick,
      filter: options.filter ?? null,
      seed: options.seed ?? drawnSeed(),
      effort: EFFORT[kind],
      procedure: defaultProcedure(options.quick),
      tool: TOOL,
      signal: interruption.signal,
      listener: progress.listener,
    });
  } catch (thrown) {
    if (interruption.signal.aborted) return interruption.exitCode;
    throw thrown;
  } finally {
    progress.end();
  }
  const text = options.format === "json"
    ? visibleJson(result, 2) + "\n"
    : selftestTable(result, stdoutTerminal(options.color).width);
  await context.stdout.write(text);
  return EXIT_CODE.done;
}

interface Progress {
  listener(event: SelftestEvent): void;
  end(): void;
}

const CLEAR_LINE = "\r\x1b[2K";

/** One line that is drawn again on a terminal; a plain line for each event elsewhere. */
function progressOn(
  { stderr }: Context,
  { quiet, color }: { readonly quiet: boolean; readonly color: boolean },
): Progress {
  if (quiet) return { listener: () => {}, end: () => {} };
  const { redraws, width } = stderrTerminal(color);
  let isDrawn = false;
  return {
    listener(event) {
      const line = lineOf(event);
      stderr.writeNow(redraws ? `${CLEAR_LINE}${line.slice(0, width - 1)}` : `${line}\n`);
      isDrawn = redraws;
    },
    end() {
      if (isDrawn) stderr.writeNow(CLEAR_LINE);
      isDrawn = false;
    },
  };
}

function lineOf(event: SelftestEvent): string {
  if (event.type === "analysis") return `Simulating comparisons: ${event.what}`;
  const code = event.slowdown === 1
    ? "identical code"
    : `one side slowed by ${Math.round(100 * (event.slowdown - 1))} %`;
  const left = event.leftMs === 0 ? "" : `, ${formatDuration(event.leftMs * 1e6)} left to measure`;
  return `Measuring pair ${event.pair + 1}: ${code}${left}`;
}
