/**
 * `baseline save|show|update`: what later results are compared with.
 *
 * @module
 */

import type { Command } from "commander";
import { PuffinError } from "../../errors.ts";
import { quote } from "../../measure/document_error.ts";
import { ask } from "../ask.ts";
import { readRuns } from "../baseline_index.ts";
import { BaselineStore, type PreparedBaseline } from "../baseline_store.ts";
import { compareFiles } from "../compare_sides.ts";
import { showComparison } from "../comparison_output.ts";
import { readConfig } from "../config_file.ts";
import type { Context } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { BASELINE_OPTIONS, BASELINE_SHOW_OPTIONS } from "../option_schemas.ts";
import { outputDirVariable, readOptions } from "../read_options.ts";
import { expandFiles, NEWEST } from "../result_files.ts";
import { UsageError } from "../usage_error.ts";
import { baselineJson, baselineText } from "./baseline_text.ts";
import { visibleText } from "../../visible_text.ts";

/** Makes these files the baseline: the newest result if none is named, several as runs that are pooled. */
export async function runBaselineSave(command: Command, context: Context, files: readonly string[]): Promise<ExitCode> {
  const options = readOptions(command, BASELINE_OPTIONS, outputDirVariable);
  const store = new BaselineStore(options.outputDir);
  const next = await store.prepare(await namedFiles(files, options));
  return await replace(store, next, { context, force: options.force, question: "Replace the baseline" });
}

/** Compares the newest result, or these files, with the baseline, then makes it the baseline. */
export async function runBaselineUpdate(
  command: Command,
  context: Context,
  files: readonly string[],
): Promise<ExitCode> {
  const options = readOptions(command, BASELINE_OPTIONS, outputDirVariable);
  const store = new BaselineStore(options.outputDir);
  const paths = await namedFiles(files, options);
  const next = await store.prepare(paths);
  const present = await store.present();
  if (present === undefined) {
    throw new UsageError(
      `Cannot update ${quote(store.path)}: there is no baseline yet; make one with puffin-bench baseline save`,
    );
  }
  if (present.hash === next.hash) return alreadyThere(store, context);
  await requireNewer(store.path, paths);
  try {
    const comparison = await compareFiles(
      { baseline: [store.path], current: paths },
      options,
      await readConfig(options.config),
    );
    await showComparison(comparison, { color: options.color }, context);
  } catch (error) {
    if (!(error instanceof PuffinError)) throw error;
    context.stderr.writeNow(`Not compared: ${visibleText(error.message)}\n`);
  }
  return await replace(store, next, { context, force: options.force, question: "Make this the baseline" });
}

/** Tells what the baseline is, and which there were before it. */
export async function runBaselineShow(command: Command, context: Context): Promise<ExitCode> {
  const { outputDir, format } = readOptions(command, BASELINE_SHOW_OPTIONS, outputDirVariable);
  const store = new BaselineStore(outputDir);
  if (await store.present() === undefined) {
    throw new UsageError(
      `Cannot show ${quote(store.path)}: there is no baseline yet; make one with puffin-bench baseline save`,
    );
  }
  const facts = { path: store.path, runs: await readRuns(store.path), history: await store.history() };
  await context.stdout.write(format === "json" ? baselineJson(facts) : baselineText(facts));
  return EXIT_CODE.done;
}

interface Named {
  readonly current?: readonly string[] | undefined;
  readonly outputDir: string;
}

function namedFiles(files: readonly string[], { current, outputDir }: Named): Promise<readonly string[]> {
  if (files.length > 0 && current !== undefined) {
    throw new UsageError(`Cannot use --current beside ${quote(files[0] ?? "")}: name the files once`);
  }
  return expandFiles(files.length > 0 ? files : current ?? [NEWEST], outputDir);
}

interface Replacement {
  readonly context: Context;
  readonly force: boolean;
  readonly question: string;
}

/** Nothing that is there is replaced without an answer or `--force`. */
async function replace(
  store: BaselineStore,
  next: PreparedBaseline,
  { context, force, question }: Replacement,
): Promise<ExitCode> {
  const present = await store.present();
  if (present?.hash === next.hash) return alreadyThere(store, context);
  if (present !== undefined && !force) {
    const answer = await ask({
      text: `${question} ${visibleText(store.path)}?`,
      stderr: context.stderr,
      stdin: Deno.stdin,
    });
    if (answer === undefined) {
      throw new UsageError(
        `Cannot replace ${quote(store.path)}: there is a baseline already, and nobody to ask; pass --force`,
      );
    }
    if (!answer) {
      context.stderr.writeNow("Left as it was\n");
      return EXIT_CODE.done;
    }
  }
  await store.replace(next, present);
  const runs = next.runs.length === 1 ? "" : ` (${next.runs.length} runs)`;
  context.stderr.writeNow(
    `Baseline: ${visibleText(store.path)}${runs}${present === undefined ? "" : "; the one before is kept"}\n`,
  );
  return EXIT_CODE.done;
}

function alreadyThere(store: BaselineStore, { stderr }: Context): ExitCode {
  stderr.writeNow(`${visibleText(store.path)} holds exactly that already\n`);
  return EXIT_CODE.done;
}

/** What is older than the baseline is seldom meant; `save` takes it. */
async function requireNewer(baseline: string, paths: readonly string[]): Promise<void> {
  const newestIn = async (files: readonly string[]) => {
    const runs = await Promise.all(files.map(readRuns));
    return runs.flat().map(({ startedAt }) => Date.parse(startedAt ?? "")).filter(Number.isFinite)
      .reduce((latest, time) => Math.max(latest, time), -Infinity);
  };
  const [before, now] = [await newestIn([baseline]), await newestIn(paths)];
  if (now === -Infinity || now >= before) return;
  throw new UsageError(
    `Cannot update ${quote(baseline)} with ${
      quote(paths[0] ?? "")
    }: it is older than the baseline; use puffin-bench baseline save if it is meant`,
  );
}
