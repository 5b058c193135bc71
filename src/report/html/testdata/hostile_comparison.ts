/**
 * A comparison whose every text would like to be markup, script, or another text's direction.
 *
 * @module
 */

import type { Comparison, ComparisonEntry } from "../../../compare/comparison.ts";
import { sampleCompared, sampleComparison } from "../../../compare/testdata/sample_comparison.ts";
import { HOSTILE_NAMES } from "../../testdata/sample_document.ts";

/** Names, parameters, units, messages, labels, fields, settings, controls and warnings bear the hostile names. */
export function hostileComparison(): Comparison {
  const benchmarks = HOSTILE_NAMES.flatMap((name, index): ComparisonEntry[] => {
    const compared = sampleCompared(name, { percent: 20 - 5 * index });
    const figure = { ...compared.baseline, unit: name };
    const identity = { suite: name, params: { [name.slice(0, 40)]: name } };
    return [
      { ...compared, ...identity, verdict: "inconclusive", reason: "noise", baseline: figure, current: figure },
      {
        ...identity,
        id: `${name} fails`,
        name,
        status: "incomparable",
        reason: "failed",
        failedIn: "current",
        message: name,
      },
    ];
  });
  const [markup = "", style = ""] = HOSTILE_NAMES;
  return sampleComparison({
    benchmarks,
    verdict: "inconclusive",
    baseline: { label: markup, sources: HOSTILE_NAMES.map((name) => ({ ...source, name, tool: name, commit: name })) },
    current: { label: style, sources: HOSTILE_NAMES.map((name) => ({ ...source, name, fingerprint: name })) },
    differences: HOSTILE_NAMES.map((name) => ({ kind: "host", field: name, baseline: name, current: name })),
    controls: HOSTILE_NAMES.map((id) => ({ id, ratio: 1, interval: null })),
    warnings: HOSTILE_NAMES.flatMap((message, index) => [
      { code: "odd", message, benchmarkId: null },
      { code: "odd", message, benchmarkId: benchmarks[index]?.id ?? null },
    ]),
    settings: Object.fromEntries(HOSTILE_NAMES.map((name) => [name, name])),
  });
}

const source = { name: "", tool: "", startedAt: "2026-01-01T00:00:00.000Z", commit: null, fingerprint: null };
