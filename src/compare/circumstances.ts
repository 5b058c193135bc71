/**
 * Where and how runs were measured, and in what that differs.
 *
 * @module
 */

import type { Environment } from "../measure/document_environment.ts";
import type { Difference } from "./comparison.ts";
import type { RunData } from "./run_data.ts";

/** The runs of the two sides; at least one each. */
export interface Sides<Side> {
  /** What is compared with. */
  readonly baseline: Side;
  /** What is compared. */
  readonly current: Side;
}

/**
 * In what the circumstances of two runs differ: host, runtime, settings, tool; empty if they may be compared.
 *
 * The host's facts are those of its fingerprint. V8's flags and whether the program was compiled are no part of that, and change
 * how fast code runs all the same. What only one of the two files tells differs as well. Of two tools only
 * that is told: each tells of circumstances in its own way.
 */
export function differencesBetween(baseline: RunData, current: RunData): Difference[] {
  const tools: Difference = { kind: "settings", field: "tool", baseline: toolOf(baseline), current: toolOf(current) };
  if (tools.baseline !== tools.current) return [tools];
  const [before, after] = [factsOf(baseline), factsOf(current)];
  const differences: Difference[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(key), after.get(key)];
    if ((old?.value ?? UNKNOWN) === (now?.value ?? UNKNOWN)) continue;
    const { kind, field } = old ?? now ?? { kind: "settings", field: key };
    differences.push({ kind, field, baseline: old?.value ?? UNKNOWN, current: now?.value ?? UNKNOWN });
  }
  // The sum is over the facts above: it stands for itself only if none of them explains it.
  const explained = differences.some(({ kind, field }) => kind !== "settings" && field !== FINGERPRINT);
  return explained ? differences.filter(({ field }) => field !== FINGERPRINT) : differences;
}

/**
 * In what runs differ, over both sides: each against the first run of the baseline, each difference once. Runs of one side that
 * differ from each other are found too.
 */
export function differencesOver({ baseline, current }: Sides<readonly RunData[]>): Difference[] {
  const [first, ...others] = [...baseline, ...current];
  if (first === undefined) return [];
  const differences = others.flatMap((run) => differencesBetween(first, run));
  const seen = new Set<string>();
  return differences.filter((difference) => {
    const key = JSON.stringify(difference);
    return seen.has(key) ? false : (seen.add(key), true);
  });
}

const UNKNOWN = "unknown";
const FINGERPRINT = "environment.fingerprint";

interface Fact {
  readonly kind: Difference["kind"];
  readonly field: string;
  readonly value: string;
}

/** Its name, whatever its version. */
function toolOf({ tool }: RunData): string {
  return tool.split(" ")[0] ?? "";
}

function factsOf(run: RunData): Map<string, Fact> {
  const facts: Fact[] = [];
  if (run.environment !== null) facts.push(...hostFacts(run.environment), ...runtimeFacts(run.environment));
  for (const [name, value] of Object.entries(run.settings)) {
    facts.push({ kind: "settings", field: `settings.${name}`, value });
  }
  return new Map(facts.map((fact) => [fact.field, fact]));
}

function hostFacts({ os, arch, kernel, cpu, virtualization, fingerprint }: Environment): Fact[] {
  const values = {
    [FINGERPRINT]: fingerprint,
    "environment.os": os,
    "environment.arch": arch,
    "environment.kernel": /^\d+\.\d+/.exec(kernel)?.[0] ?? kernel, // the series, as in the fingerprint
    "environment.cpu.model": cpu.model,
    "environment.cpu.count": cpu.count,
    "environment.cpu.governor": cpu.governor,
    "environment.virtualization": virtualization,
  };
  return Object.entries(values).map(([field, value]) => ({ kind: "host", field, value: String(value ?? UNKNOWN) }));
}

function runtimeFacts({ runtime, v8Flags }: Environment): Fact[] {
  const values = {
    "environment.runtime.deno": runtime.deno,
    "environment.runtime.v8": runtime.v8,
    "environment.runtime.standalone": runtime.standalone,
    "environment.v8Flags": v8Flags.length === 0 ? "none" : [...v8Flags].sort().join(" "),
  };
  return Object.entries(values).map(([field, value]) => ({ kind: "runtime", field, value: String(value) }));
}
