/**
 * `run --watch`: measures again when a file changes, and shows what the change has done.
 *
 * @module
 */

import { dirname } from "node:path";
import { CompareError } from "../../compare/compare_error.ts";
import { compareRuns } from "../../compare/compare.ts";
import { fromDocument } from "../../compare/document_run.ts";
import type { RunData } from "../../compare/run_data.ts";
import { PuffinError } from "../../errors.ts";
import type { ResultDocument } from "../../measure/document.ts";
import { DEFAULT_THRESHOLD } from "../compare_sides.ts";
import { showComparison } from "../comparison_output.ts";
import type { Context } from "../context.ts";
import type { ExitCode } from "../exit_code.ts";
import type { Interruption } from "../interruption.ts";
import type { Progress } from "../progress.ts";
import { visibleText } from "../../visible_text.ts";
import { TOOL } from "../version.ts";
import type { RunOutcome } from "../commands/run.ts";

/** What watching works with. */
export interface WatchTools {
  /** The world outside. */
  readonly context: Context;
  /** Tells what happens. */
  readonly progress: Progress;
  /** Ends it. */
  readonly interruption: Interruption;
  /** Whether colours may be used. */
  readonly color: boolean;
}

/** Editors write a file in several steps: what follows within this time is the same change. */
const SETTLING_MS = 100;

/** Runs, and runs again whenever one of the files changes that were read for the last run, until it is interrupted. */
export async function watchFiles(run: () => Promise<RunOutcome>, tools: WatchTools): Promise<ExitCode> {
  const { progress, interruption: { signal } } = tools;
  let previous: ResultDocument | undefined;
  let sources: ReadonlySet<string> = new Set();
  for (;;) {
    const startedMs = Date.now();
    try {
      const outcome = await run();
      sources = outcome.sources;
      if (previous !== undefined && !signal.aborted) await showChange(previous, outcome.document, tools);
      previous = outcome.document;
    } catch (error) {
      if (signal.aborted) break;
      if (sources.size === 0 || !(error instanceof PuffinError)) throw error; // there is nothing to watch
      progress.note(`error: ${visibleText(error.message)}`);
    }
    if (signal.aborted) break;
    progress.note(`Watching ${sources.size} file${sources.size === 1 ? "" : "s"}; Ctrl-C ends`);
    if (!await changeOf(sources, startedMs, signal)) break;
  }
  return tools.interruption.exitCode;
}

/** Compares two runs; that the code of a benchmark differs is what is looked at here. */
async function showChange(before: ResultDocument, after: ResultDocument, tools: WatchTools): Promise<void> {
  try {
    const comparison = compareRuns({
      baseline: [withoutHashes(fromDocument(before, "the run before"))],
      current: [withoutHashes(fromDocument(after, "this run"))],
    }, {
      threshold: () => DEFAULT_THRESHOLD / 100,
      defaultThreshold: DEFAULT_THRESHOLD / 100,
      errorControl: "fdr",
      acrossHosts: false,
      tool: TOOL,
      createdAt: new Date().toISOString(),
    });
    await showComparison(comparison, { format: "table", color: tools.color }, tools.context);
  } catch (error) {
    if (!(error instanceof CompareError)) throw error;
    tools.progress.note(`Not compared with the run before: ${visibleText(error.message)}`);
  }
}

function withoutHashes(run: RunData): RunData {
  return { ...run, benchmarks: run.benchmarks.map((benchmark) => ({ ...benchmark, definitionHash: "" })) };
}

/** Waits until a file is no more what it was at a moment, or the signal is aborted: then the answer is false. */
async function changeOf(sources: ReadonlySet<string>, sinceMs: number, signal: AbortSignal): Promise<boolean> {
  const folders = [...new Set([...sources].map((path) => dirname(path)))].filter(isFolder);
  const watcher = Deno.watchFs(folders, { recursive: false });
  const end = () => {
    signal.removeEventListener("abort", end);
    watcher.close(); // ends the loop
  };
  signal.addEventListener("abort", end);
  const isChanged = () => [...sources].some((path) => modifiedMs(path) > sinceMs);
  if (!signal.aborted && !isChanged()) {
    for await (const { paths } of watcher) {
      if (paths.some((path) => sources.has(path)) && isChanged()) break;
    }
  }
  if (signal.aborted) return false;
  signal.removeEventListener("abort", end);
  await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
  return !signal.aborted;
}

/** When a file was last changed; one that is gone is no change: an editor is about to put it there again. */
function modifiedMs(path: string): number {
  try {
    return Deno.statSync(path).mtime?.getTime() ?? 0;
  } catch {
    return 0;
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
