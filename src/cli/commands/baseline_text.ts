/**
 * What a baseline is, for people and for programs.
 *
 * @module
 */

import type { RunData } from "../../compare/run_data.ts";
import { plural } from "../../report/facts.ts";
import { visibleJson, visibleText } from "../../visible_text.ts";
import type { KeptBaseline } from "../baseline_store.ts";

/** A baseline with its history. */
export interface BaselineFacts {
  /** Path of the baseline. */
  readonly path: string;
  /** Its runs. */
  readonly runs: readonly RunData[];
  /** The runs that ever were a baseline, the newest first. */
  readonly history: readonly KeptBaseline[];
}

/** The earlier ones that are listed; the folder has the others. */
const MAX_LISTED = 10;

/** One line for each run, then the history. */
export function baselineText({ path, runs, history }: BaselineFacts): string {
  const listed = history.slice(0, MAX_LISTED).map(({ path, stamp }) => `  ${readable(stamp)}  ${path}`);
  const more = history.length - listed.length;
  const lines = [
    `${path}: ${plural(runs.length, "run")}`,
    ...runs.map((run) => `  ${factsOf(run).join(" · ")}`),
    ...(history.length === 0 ? [] : ["History:", ...listed, ...(more === 0 ? [] : [`  and ${more} more`])]),
  ];
  return lines.map(visibleText).join("\n") + "\n";
}

/** The same as JSON. */
export function baselineJson({ path, runs, history }: BaselineFacts): string {
  const shown = runs.map(({ source, tool, startedAt, commit, environment, benchmarks }) => ({
    source,
    tool,
    startedAt,
    commit,
    fingerprint: environment?.fingerprint ?? null,
    benchmarks: benchmarks.length,
  }));
  return visibleJson({ path, runs: shown, history: history.map(({ path }) => path) }, 2) + "\n";
}

function factsOf({ tool, startedAt, commit, environment, benchmarks }: RunData): string[] {
  const failed = benchmarks.filter(({ status }) => status === "failed").length;
  return [
    startedAt === null ? "at an unknown time" : startedAt.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC"),
    ...(commit === null ? [] : [`commit ${commit.slice(0, 10)}`]),
    ...(environment === null ? [] : [`host ${environment.fingerprint}`, environment.cpu.model]),
    `${plural(benchmarks.length, "benchmark")}${failed === 0 ? "" : `, ${failed} FAILED`}`,
    tool,
  ];
}

/** `2026-01-01 00:00:00 UTC`. */
function readable(stamp: string): string {
  return stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3 $4:$5:$6 UTC").padEnd(23);
}
