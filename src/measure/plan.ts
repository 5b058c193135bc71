/**
 * The plan of a run: which benchmarks, with which identities, in which order.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { BenchmarkCode, ExaminedFile, OfferedBenchmark } from "./code.ts";
import type { BenchmarkDefinition, Parameters, Suite } from "./definition.ts";
import type { BenchmarkIdentity, FailedBenchmark } from "./document.ts";
import { MeasureError } from "./measure_error.ts";
import { benchmarkId, combinations } from "./parameters.ts";
import { REFERENCE_TIMEOUT_MS } from "./reference/reference_settings.ts";
import { throughputOf } from "./throughput.ts";

/** A benchmark of a plan. */
export type PlannedBenchmark = OfferedBenchmark;

/** A suite of a plan. */
export interface PlannedSuite {
  /** Its name. */
  readonly name: string;
  /** Its benchmarks, in the order of definition. */
  readonly benchmarks: readonly PlannedBenchmark[];
  /** The references that are measured in its processes, to which the filter does not apply; empty without them. */
  readonly references: readonly PlannedBenchmark[];
  /** The file that it is in; null: it is built in. */
  readonly code: BenchmarkCode | null;
}

/** What a run has to measure. */
export interface Plan {
  /** The suites, in the order given, that have a benchmark. */
  readonly suites: readonly PlannedSuite[];
  /** Every benchmark, in the order of definition. */
  readonly benchmarks: readonly PlannedBenchmark[];
  /** What is known to have failed before anything is measured, by the benchmark's id: files that could not be loaded. */
  readonly failures: ReadonlyMap<string, FailedBenchmark["failure"]>;
  /** Hash over all identities, those of the references too: equal for equal plans. */
  readonly hash: string;
}

/**
 * Makes the plan of a run.
 *
 * @param filter Regular expression that a benchmark's id must match; null for all.
 * @param references Are measured along with every suite; null for none.
 * @param files Files of benchmarks, besides the suites; the filter does not apply to one that could not be loaded.
 * @throws {MeasureError} If the filter is not a regular expression, or nothing is left to measure.
 */
export async function makePlan(
  suites: readonly Suite[],
  filter: string | null,
  references: Suite | null = null,
  files: readonly ExaminedFile[] = [],
): Promise<Plan> {
  const pattern = compileFilter(filter);
  const names = new Set<string>();
  const own = [...suites, ...(references === null ? [] : [references])].map(({ name }) => name);
  const offered = files.flatMap((file) =>
    file.status === "failed" ? [file.suite] : file.suites.map(({ name }) => name)
  );
  for (const name of [...own, ...offered]) {
    if (names.has(name)) {
      throw new TypeError(`Cannot plan a run: two suites are called "${name}"; name each suite once`);
    }
    names.add(name);
  }
  const planned: PlannedSuite[] = [];
  for (const suite of suites) {
    const kept = (await planSuite(suite)).filter(({ identity }) => pattern.test(identity.id));
    if (kept.length === 0) continue;
    const companions = references === null ? [] : await planReferences(references, suite.name);
    planned.push({ name: suite.name, benchmarks: kept, references: companions, code: null });
  }
  const failures = new Map<string, FailedBenchmark["failure"]>();
  for (const file of files) {
    if (file.status === "failed") {
      const identity = wholeFile(file);
      failures.set(identity.id, { ...file.failure, fork: 0 });
      planned.push({ name: file.suite, benchmarks: [{ identity, timeoutMs: null }], references: [], code: null });
      continue;
    }
    for (const suite of file.suites) {
      const kept = suite.benchmarks.filter(({ identity }) => pattern.test(identity.id));
      if (kept.length === 0) continue;
      const companions = references === null ? [] : await planReferences(references, suite.name);
      planned.push({ name: suite.name, benchmarks: kept, references: companions, code: file.code });
    }
  }
  const benchmarks = planned.flatMap((suite) => suite.benchmarks);
  if (benchmarks.length === 0) {
    const reason = filter === null
      ? "no suite was given"
      : `no benchmark's id matches the filter ${JSON.stringify(filter)}`;
    throw new MeasureError("nothing_to_measure", `Cannot measure: ${reason}; list the benchmarks to see their ids`);
  }
  const everything = planned.flatMap((suite) => [...suite.benchmarks, ...suite.references]);
  const identities = everything.map(({ identity }) => [identity.id, identity.definitionHash]);
  const codes = planned.flatMap(({ code }) => code === null ? [] : [code.url]);
  const hash = await sha256(codes.length === 0 ? identities : [identities, await Promise.all(codes.map(sha256))]);
  return { suites: planned, benchmarks, failures, hash };
}

/** The suite of a plan that has this name; undefined if there is none. */
export function plannedSuite({ suites }: Plan, name: string): PlannedSuite | undefined {
  return suites.find((suite) => suite.name === name);
}

/** The references as companions of one suite: what they say holds for its processes. */
async function planReferences(references: Suite, companionOf: string): Promise<PlannedBenchmark[]> {
  const planned = await planSuite(references);
  return planned.map(({ identity }) => {
    const params = { suite: companionOf };
    const id = benchmarkId(references.name, identity.name, params);
    return { identity: { ...identity, id, params }, timeoutMs: REFERENCE_TIMEOUT_MS };
  });
}

/** A file that has no benchmarks to tell of, as one that has failed. */
function wholeFile({ suite, name }: { readonly suite: string; readonly name: string }): BenchmarkIdentity {
  const id = benchmarkId(suite, name, {});
  const nothing = { group: null, baseline: false, params: {}, definitionHash: "", expected: null, throughput: null };
  return { id, suite, name, ...nothing };
}

/** Every benchmark of a suite. */
export async function planSuite(suite: Suite): Promise<PlannedBenchmark[]> {
  const benchmarks: PlannedBenchmark[] = [];
  for (const definition of suite.benchmarks) {
    for (const params of combinations(definition.options.params ?? {})) {
      const identity = await identify(suite.name, definition, params);
      benchmarks.push({ identity, timeoutMs: definition.options.timeoutMs ?? null });
    }
  }
  return benchmarks;
}

function compileFilter(filter: string | null): RegExp {
  try {
    return new RegExp(filter ?? "");
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MeasureError(
      "filter_invalid",
      `Cannot use the filter ${JSON.stringify(filter)}: ${reason}; pass a regular expression`,
      { cause },
    );
  }
}

async function identify(
  suite: string,
  definition: BenchmarkDefinition,
  params: Parameters,
): Promise<BenchmarkIdentity> {
  const { name, options } = definition;
  return {
    id: benchmarkId(suite, name, params),
    suite,
    name,
    group: options.group ?? null,
    baseline: options.baseline === true,
    params,
    definitionHash: await definitionHash(definition),
    expected: options.expected ?? null,
    throughput: throughputOf(definition, params),
  };
}

/** What decides what is measured: sources and options; not the name, nor what the result is compared with or shown as. */
async function definitionHash({ fn, options }: BenchmarkDefinition): Promise<string> {
  const { iterations, params, setup, teardown, beforeRound, afterRound, beforeIteration, afterIteration } = options;
  const parts = [fn, setup, teardown, beforeRound, afterRound, beforeIteration, afterIteration];
  const sources = parts.map((part) => part === undefined ? null : String(part));
  return (await sha256([sources, iterations ?? null, params ?? null])).slice(0, 16);
}

async function sha256(value: unknown): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(value)));
  return Buffer.from(digest).toString("hex");
}
