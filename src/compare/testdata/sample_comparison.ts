/**
 * A made-up comparison that has an entry of every kind, for tests of what shows comparisons.
 *
 * @module
 */

import {
  type ComparedBenchmark,
  type Comparison,
  COMPARISON_FORMAT,
  COMPARISON_VERSION,
  type ComparisonEntry,
  type SideFigure,
} from "../comparison.ts";
import { sampleDocument } from "../../measure/testdata/sample_document.ts";

/** A compared benchmark of suite `core-agent`; `percent` is its change. */
export function sampleCompared(
  name: string,
  { percent, errorPercent = 1, valueNs = 1000, changes = {} }: {
    readonly percent: number;
    readonly errorPercent?: number;
    readonly valueNs?: number;
    readonly changes?: Partial<ComparedBenchmark>;
  },
): ComparedBenchmark {
  const ratio = 1 + percent / 100;
  const margin = 2 * errorPercent / 100;
  return {
    id: `core-agent/${name}`,
    suite: "core-agent",
    name,
    params: {},
    status: "compared",
    verdict: "same",
    reason: null,
    ratio,
    interval: { low: Math.max(0, ratio - margin), high: ratio + margin, level: 0.95 },
    threshold: 0.1,
    pValue: 0.4,
    adjustedPValue: 0.8,
    equivalencePValue: 0.001,
    spread: { forkSd: 0.02, runSd: 0.01, standardError: errorPercent / 100, degreesOfFreedom: 14 },
    baseline: sampleFigure(valueNs),
    current: sampleFigure(valueNs * ratio),
    pairRatios: [],
    needed: null,
    ...changes,
  };
}

/** Eight processes of one run. */
export function sampleFigure(valueNs: number): SideFigure {
  const forks = [0.98, 1.01, 1, 1.02, 0.99, 1, 0.97, 1.03].map((factor) => valueNs * factor);
  return { value: valueNs, unit: "ns", estimator: "p25", samples: 192, forks: [forks] };
}

/** One entry of every kind, the worst not first. */
export const SAMPLE_ENTRIES: readonly ComparisonEntry[] = [
  sampleCompared("Simple Agent Execution", { percent: 0.8, valueNs: 601 }),
  sampleCompared("Complex Agent Execution", {
    percent: 27.4,
    errorPercent: 3,
    valueNs: 3_690,
    changes: { verdict: "slower", pValue: 1e-7, adjustedPValue: 4e-7, equivalencePValue: 0.999 },
  }),
  sampleCompared("Resource Heavy Agent", {
    percent: -18.2,
    errorPercent: 2,
    valueNs: 6_700,
    changes: { verdict: "faster", pValue: 1e-6, adjustedPValue: 2e-6, equivalencePValue: 0.999 },
  }),
  sampleCompared("Concurrent Agents", {
    percent: 6.1,
    errorPercent: 5,
    valueNs: 6_630,
    changes: {
      verdict: "inconclusive",
      reason: "noise",
      pValue: 0.2,
      adjustedPValue: 0.5,
      equivalencePValue: 0.2,
      needed: { what: "runs", count: 3, eachMs: 40_000 },
    },
  }),
  sampleCompared("Metrics Recording", {
    percent: 12,
    valueNs: 1.51,
    changes: {
      verdict: "inconclusive",
      reason: "one_process",
      interval: null,
      pValue: null,
      adjustedPValue: null,
      equivalencePValue: null,
      spread: null,
      baseline: { value: 1.51, unit: "ns", estimator: "p25", samples: 24, forks: [[1.51]] },
      current: { value: 1.69, unit: "ns", estimator: "p25", samples: 24, forks: [[1.69]] },
      needed: { what: "runs", count: 4, eachMs: 40_000 },
    },
  }),
  {
    id: "core-agent/Resource Acquisition",
    suite: "core-agent",
    name: "Resource Acquisition",
    params: {},
    status: "incomparable",
    reason: "definition_changed",
    failedIn: null,
    message: "its code, its hooks or its options differ",
  },
  {
    id: "core-agent/Coordination Primitive",
    suite: "core-agent",
    name: "Coordination Primitive",
    params: {},
    status: "incomparable",
    reason: "failed",
    failedIn: "current",
    message: "threw: Cannot lock: it is closed",
  },
  {
    id: "core-agent/State Dependency Resolution/states=10",
    suite: "core-agent",
    name: "State Dependency Resolution",
    params: { states: 10 },
    status: "added",
  },
  {
    id: "core-agent/State Dependency Resolution/states=3",
    suite: "core-agent",
    name: "State Dependency Resolution",
    params: { states: 3 },
    status: "removed",
  },
];

/** A comparison of two stored results. */
export function sampleComparison(changes: Partial<Comparison> = {}): Comparison {
  const source = (name: string, commit: string) => ({
    name,
    tool: "puffin-bench 0.1.0",
    startedAt: "2026-01-01T00:00:00.000Z",
    commit,
    fingerprint: "0123456789ab",
  });
  return {
    format: COMPARISON_FORMAT,
    version: COMPARISON_VERSION,
    tool: { name: "puffin-bench", version: "0.1.0" },
    createdAt: "2026-01-02T00:00:00.000Z",
    method: "documents",
    status: "complete",
    options: { threshold: 0.1, alpha: 0.05, errorControl: "fdr", acrossHosts: false },
    baseline: { label: "results/baseline.json", sources: [source("results/baseline.json", "0".repeat(40))] },
    current: { label: "results/current.json", sources: [source("results/current.json", "1".repeat(40))] },
    environment: sampleDocument.environment,
    differences: [],
    hostSpeeds: [],
    verdict: "slower",
    drift: {
      factor: { ratio: 1.004, interval: { low: 0.99, high: 1.018, level: 0.95 } },
      sd: 0.012,
      degreesOfFreedom: 7,
      from: "references",
    },
    controls: [{ id: "references/integers", ratio: 1.004, interval: { low: 0.99, high: 1.018, level: 0.95 } }],
    benchmarks: SAMPLE_ENTRIES,
    warnings: [],
    durationMs: null,
    settings: null,
    ...changes,
  };
}

/** A comparison of two programs that were measured in turn. */
export function samplePairedComparison(changes: Partial<Comparison> = {}): Comparison {
  const benchmarks = SAMPLE_ENTRIES.map((entry): ComparisonEntry =>
    entry.status !== "compared" ? entry : {
      ...entry,
      threshold: 0.03,
      pairRatios: [0.99, 1.01, 1, 1.02, 0.98, 1].map((factor) => factor * entry.ratio),
    }
  );
  return sampleComparison({
    method: "paired",
    options: { threshold: 0.03, alpha: 0.05, errorControl: "fwer", acrossHosts: false },
    drift: null,
    benchmarks,
    durationMs: 58_000,
    settings: { seed: 7, pairs: 6, budgetMs: 60_000 },
    ...changes,
  });
}
