/**
 * Made-up results that can be compared: of one host, with references, so that its drift is known.
 *
 * @module
 */

import type { BenchmarkResult, ResultDocument } from "../../measure/document.ts";
import { sampleBenchmark, sampleDocument, sampleFailure } from "../../report/testdata/sample_document.ts";

/** In what a result differs from the usual one. */
export interface ComparableOptions {
  /** Minutes after the usual one began. */
  readonly minute?: number;
  /** How many times as long some benchmarks take. */
  readonly factors?: Readonly<Record<string, number>>;
  /** Benchmarks that fail. */
  readonly failing?: readonly string[];
  /** Benchmarks that it has; the usual ones by default. */
  readonly names?: readonly string[];
  /** Fingerprint of its host. */
  readonly fingerprint?: string;
}

const NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];

/** A result of suite `core-agent` that was measured some minutes after another. */
export function comparableDocument(options: ComparableOptions = {}): ResultDocument {
  const { minute = 0, factors = {}, failing = [], names = NAMES, fingerprint } = options;
  const usual = sampleDocument();
  const startedAt = new Date(Date.parse(usual.run.startedAt) + 60_000 * minute).toISOString();
  // The minute moves every figure by a trace, as it would on a host.
  const nominalNs = (index: number, factor = 1) => 1000 * (index + 1) * factor * (1 + 1e-4 * minute);
  const benchmarks = names.map((name, index): BenchmarkResult =>
    failing.includes(name)
      ? sampleFailure(name, "it was not free")
      : sampleBenchmark({ name, nominalNs: nominalNs(index, factors[name]), changes: { definitionHash: "0" } })
  );
  const references = Array.from({ length: 8 }, (_, index) =>
    sampleBenchmark({
      name: `reference ${index}`,
      nominalNs: nominalNs(index),
      changes: { id: `references/reference ${index}`, suite: "references", definitionHash: "0" },
    }));
  return sampleDocument({
    run: { ...usual.run, id: `run-${minute}`, startedAt },
    environment: { ...usual.environment, fingerprint: fingerprint ?? usual.environment.fingerprint },
    benchmarks,
    references,
    scaling: [],
    groups: [],
    warnings: [],
  });
}

/** Writes results into a folder, by file name. */
export async function writeResults(folder: string, results: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, result] of Object.entries(results)) {
    const text = typeof result === "string" ? result : JSON.stringify(result);
    await Deno.mkdir(`${folder}/${name}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
}
