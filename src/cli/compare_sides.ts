/**
 * The two sides of a comparison: which files, which runs, and what they come to.
 *
 * @module
 */

import { join } from "node:path";
import type { Comparison } from "../compare/comparison.ts";
import { compareRuns } from "../compare/compare.ts";
import type { RunData } from "../compare/run_data.ts";
import { readRuns } from "./baseline_index.ts";
import { type Config, thresholdFor, unusedPatterns } from "./config_file.ts";
import { exists, expandFiles, newestResult } from "./result_files.ts";
import { quote, UsageError } from "./usage_error.ts";
import { TOOL } from "./version.ts";

/** Name of the baseline in the folder of results. */
export const BASELINE_FILE = "baseline.json";

/** The change that matters without `--threshold`, in percent. */
export const DEFAULT_THRESHOLD = 10;

/** The level of confidence without `--level`, in percent. */
const DEFAULT_LEVEL = 95;

/** What a user named: undefined for what is to be found. */
export interface NamedSides {
  /** `A` and `B`, as far as they were given: one alone is the current side. */
  readonly positional: readonly string[];
  /** `--baseline`. */
  readonly baseline?: readonly string[] | undefined;
  /** `--current`. */
  readonly current?: readonly string[] | undefined;
  /** The folder of results. */
  readonly folder: string;
}

/** The files of two sides, and which of them were found, not named. */
export interface SideFiles {
  /** At least one. */
  readonly baseline: readonly string[];
  /** At least one. */
  readonly current: readonly string[];
  /** What to tell the user. */
  readonly found: readonly string[];
}

/**
 * Finds the files of two sides. The baseline is the folder's `baseline.json` where none is named, the current side its newest
 * result.
 *
 * @throws {UsageError} If a side is named twice, or there is nothing to find.
 */
export async function findSides(named: NamedSides): Promise<SideFiles> {
  const { folder } = named;
  const { baseline, current } = requireOnce(named);
  const found: string[] = [];
  const tell = (path: string, side: string) => {
    found.push(`${side}: ${path}`);
    return [path];
  };
  return {
    baseline: baseline === undefined
      ? tell(await requireBaseline(folder), "Baseline")
      : await expandFiles(baseline, folder),
    current: current === undefined ? tell(await newestResult(folder), "Current") : await expandFiles(current, folder),
    found,
  };
}

function requireOnce({ positional, baseline, current }: NamedSides): Pick<NamedSides, "baseline" | "current"> {
  const [first, second] = positional;
  if (second !== undefined && first !== undefined) {
    const twice = baseline !== undefined ? "--baseline" : current !== undefined ? "--current" : undefined;
    if (twice === undefined) return { baseline: [first], current: [second] };
    throw new UsageError(`Cannot use ${twice} together with ${quote(first)} and ${quote(second)}: name each side once`);
  }
  if (first === undefined) return { baseline, current };
  if (current === undefined) return { baseline, current: [first] };
  if (baseline === undefined) return { baseline: [first], current };
  throw new UsageError(`Cannot use ${quote(first)} beside --baseline and --current: name each side once`);
}

async function requireBaseline(folder: string): Promise<string> {
  const path = join(folder, BASELINE_FILE);
  if (await exists(path)) return path;
  throw new UsageError(
    `Cannot find a baseline: there is no ${quote(path)}; make one with puffin-bench baseline save FILE, or name one`,
  );
}

/** How to compare. */
export interface CompareSettings {
  /** `--threshold`, in percent; undefined: the config file's, else {@linkcode DEFAULT_THRESHOLD}. */
  readonly threshold?: number | undefined;
  /** `--level`, in percent; undefined: the config file's, else {@linkcode DEFAULT_LEVEL}. */
  readonly level?: number | undefined;
  /** `--strict`. */
  readonly strict: boolean;
  /** `--across-hosts`. */
  readonly acrossHosts: boolean;
}

/**
 * Reads the runs of two sides and compares them. A flag is held against the config file: `--threshold` sets the threshold of
 * every benchmark, those that have one of their own in the file included.
 *
 * @throws {PuffinError} If a file cannot be read, both sides have the same run, or they must not be compared.
 */
export async function compareFiles(
  files: Pick<SideFiles, "baseline" | "current">,
  settings: CompareSettings,
  config: Config,
): Promise<Comparison> {
  const sides = { baseline: await readSide(files.baseline), current: await readSide(files.current) };
  requireDifferentRuns(sides);
  const others = settings.threshold ?? config.threshold ?? DEFAULT_THRESHOLD;
  const own: Pick<Config, "thresholds"> = settings.threshold === undefined ? config : { thresholds: [] };
  const comparison = compareRuns(sides, {
    threshold: (id) => thresholdFor(id, own, others) / 100,
    defaultThreshold: others / 100,
    alpha: errorRate(settings.level ?? config.level ?? DEFAULT_LEVEL),
    errorControl: settings.strict || config.strict === true ? "fwer" : "fdr",
    acrossHosts: settings.acrossHosts,
    tool: TOOL,
    createdAt: new Date().toISOString(),
  });
  const ids = comparison.benchmarks.map(({ id }) => id);
  const unused = unusedPatterns(config, ids).map((pattern) => ({
    code: "unused_threshold",
    message: `no benchmark matches the threshold ${quote(pattern)} of ${quote(config.path ?? "")}`,
    benchmarkId: null,
  }));
  return { ...comparison, warnings: [...comparison.warnings, ...unused] };
}

async function readSide(paths: readonly string[]): Promise<readonly RunData[]> {
  const runs: RunData[] = [];
  for (const path of paths) runs.push(...await readRuns(path));
  return runs;
}

/** A run is no evidence against itself: it would always be the same, and a gate that compares it never fails. */
function requireDifferentRuns({ baseline, current }: Record<"baseline" | "current", readonly RunData[]>): void {
  const known = new Map(baseline.map((run) => [contentOf(run), run.source]));
  for (const run of current) {
    const source = known.get(contentOf(run));
    if (source === undefined) continue;
    const where = source === run.source ? quote(source) : `${quote(source)} and ${quote(run.source)}`;
    throw new UsageError(
      `Cannot compare ${where}: both sides hold the same run, which proves nothing; measure again, then compare that`,
    );
  }
}

function contentOf({ tool, startedAt, benchmarks }: RunData): string {
  return JSON.stringify([tool, startedAt, benchmarks]);
}

/** 0.05 for a level of 95 %, without the rounding error of the subtraction. */
function errorRate(levelPercent: number): number {
  return Number(((100 - levelPercent) / 100).toFixed(6));
}
