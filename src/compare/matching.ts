/**
 * Which results of the two sides belong together, and which of those must not be held against each other.
 *
 * @module
 */

import type { Sides } from "./circumstances.ts";
import type { ComparedIdentity, IncomparableBenchmark, UnmatchedBenchmark } from "./comparison.ts";
import type { BenchmarkData, RunData } from "./run_data.ts";

/** One benchmark of one run. */
export interface RunBenchmark {
  /** Number of the run on its side, from 0. */
  readonly run: number;
  /** What it measured. */
  readonly data: BenchmarkData;
}

/** A benchmark that both sides have, in one or more runs each, and that may be compared. */
export interface Match {
  /** Always `matched`. */
  readonly status: "matched";
  /** What identifies it. */
  readonly identity: ComparedIdentity;
  /** Its results; on each side at least one, with at least one process each. */
  readonly sides: Sides<readonly RunBenchmark[]>;
}

/** What became of one benchmark. */
export type Matching = Match | IncomparableBenchmark | UnmatchedBenchmark;

/**
 * Pairs the benchmarks of the two sides by id, in the order in which the current side defines them, what was removed last.
 *
 * @param list Which of a run's lists: its benchmarks or its references.
 */
export function matchBenchmarks(
  { baseline, current }: Sides<readonly RunData[]>,
  list: "benchmarks" | "references" = "benchmarks",
): Matching[] {
  const [before, after] = [byId(baseline, list), byId(current, list)];
  const moved = movedParameters(before, after);
  const matchings: Matching[] = [];
  for (const [id, now] of after) {
    const old = before.get(id);
    if (old !== undefined) matchings.push(judge({ baseline: old, current: now }));
    else matchings.push(moved.get(id) ?? { ...identityOf(now), status: "added" });
  }
  for (const [id, old] of before) {
    if (!after.has(id) && !moved.has(id)) matchings.push({ ...identityOf(old), status: "removed" });
  }
  return matchings;
}

type ById = ReadonlyMap<string, readonly RunBenchmark[]>;

function byId(runs: readonly RunData[], list: "benchmarks" | "references"): ById {
  const found = new Map<string, RunBenchmark[]>();
  for (const [run, { [list]: benchmarks }] of runs.entries()) {
    for (const data of benchmarks) {
      const entries = found.get(data.id);
      if (entries === undefined) found.set(data.id, [{ run, data }]);
      else entries.push({ run, data });
    }
  }
  return found;
}

/**
 * A benchmark whose parameters all have other values now is one that changed, not some that were removed and some that were
 * added. Its current ids have an entry each that says so; the baseline's are known by no entry of their own.
 */
function movedParameters(before: ById, after: ById): Map<string, IncomparableBenchmark | undefined> {
  const moved = new Map<string, IncomparableBenchmark | undefined>();
  const [old, now] = [byName(before), byName(after)];
  for (const [name, ids] of now) {
    const oldIds = old.get(name) ?? [];
    if (oldIds.length === 0 || oldIds.some((id) => after.has(id)) || ids.some((id) => before.has(id))) continue;
    const message = `the baseline has it with ${oldIds.map((id) => parametersOf(before.get(id))).join("; ")}`;
    for (const id of oldIds) moved.set(id, undefined);
    for (const id of ids) {
      const identity = identityOf(after.get(id) ?? []);
      moved.set(id, { ...identity, status: "incomparable", reason: "params_changed", failedIn: null, message });
    }
  }
  return moved;
}

function byName(benchmarks: ById): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const [id, entries] of benchmarks) {
    const { suite, name } = identityOf(entries);
    const key = JSON.stringify([suite, name]);
    names.set(key, [...names.get(key) ?? [], id]);
  }
  return names;
}

function parametersOf(entries: readonly RunBenchmark[] | undefined): string {
  const params = Object.entries(identityOf(entries ?? []).params);
  return params.length === 0 ? "no parameters" : params.map(([name, value]) => `${name}=${value}`).join(", ");
}

function identityOf(entries: readonly RunBenchmark[]): ComparedIdentity {
  const { id = "", suite = "", name = "", params = {} } = entries[0]?.data ?? {};
  return { id, suite, name, params };
}

function judge(sides: Sides<readonly RunBenchmark[]>): Matching {
  const identity = identityOf(sides.current);
  const incomparable = (
    reason: IncomparableBenchmark["reason"],
    message: string,
    failedIn: IncomparableBenchmark["failedIn"] = null,
  ): IncomparableBenchmark => ({ ...identity, status: "incomparable", reason, failedIn, message });

  for (const status of ["failed", "optimized_out"] as const) {
    const found = sideWith(sides, ({ data }) => data.status === status || (status === "failed" && isEmpty(data)));
    if (found !== null) return incomparable(status, found.message, found.where);
  }
  const all = [...sides.baseline, ...sides.current].map(({ data }) => data);
  const hashes = new Set(all.flatMap(({ definitionHash }) => definitionHash ?? []));
  if (hashes.size > 1) return incomparable("definition_changed", "its code, its hooks or its options differ");
  // 1 and "1" make one id.
  const params = new Set(all.map(({ params }) => parametersKey(params)));
  if (params.size > 1) return incomparable("params_changed", `its values differ: ${[...params].join("; ")}`);
  const kinds = new Set(all.map(kindOf));
  if (kinds.size > 1) {
    return incomparable("unit_changed", `its figures are of different kinds: ${[...kinds].join("; ")}`);
  }
  return { status: "matched", identity, sides };
}

function parametersKey(params: ComparedIdentity["params"]): string {
  return JSON.stringify(Object.entries(params).sort(([left], [right]) => left < right ? -1 : 1));
}

function isEmpty({ status, processes }: BenchmarkData): boolean {
  return status === "ok" && processes.length === 0;
}

function sideWith(
  { baseline, current }: Sides<readonly RunBenchmark[]>,
  test: (benchmark: RunBenchmark) => boolean,
): { readonly where: "baseline" | "current" | "both"; readonly message: string } | null {
  const [old, now] = [baseline.find(test), current.find(test)];
  const found = now ?? old;
  if (found === undefined) return null;
  const where = old !== undefined && now !== undefined ? "both" : now === undefined ? "baseline" : "current";
  return { where, message: isEmpty(found.data) ? "it has no figures" : found.data.message };
}

function kindOf({ unit, better, estimator }: BenchmarkData): string {
  return `${estimator} in ${unit === "" ? "no unit" : unit}, ${better} is better`;
}
