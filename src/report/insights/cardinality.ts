/**
 * Metrics of many series against metrics of few.
 *
 * @module
 */

import { contrastFinding } from "./contrast_finding.ts";
import { comparable, contrastsByParameter, parameterOf, plainWord } from "./conventions.ts";
import { type Insight, insightFrom } from "./insight.ts";
import type { ResultDocument } from "../../measure/document.ts";

const NAMES = ["cardinality", "series"];

/** A map that grows costs some cache misses; less than a quarter more is that. */
const LEAST = 1.25;

/** Finds metrics that high cardinality makes slower. */
export function cardinalityRule(document: ResultDocument): Insight | null {
  const lowest = new Map<string, number>();
  for (const benchmark of comparable(document)) {
    const value = parameterOf(benchmark, NAMES)?.value;
    if (typeof value !== "number") continue;
    const key = subjectOf(benchmark);
    lowest.set(key, Math.min(value, lowest.get(key) ?? Infinity));
  }
  const words = contrastsByParameter(document, NAMES, (value) => plainWord(value) === "low");
  const numbers = [...Map.groupBy(comparable(document), subjectOf)].flatMap(([key, benchmarks]) =>
    contrastsByParameter({ ...document, benchmarks }, NAMES, (value) => value === lowest.get(key))
  );
  return insightFrom([...words, ...numbers].flatMap((contrast) => contrastFinding(contrast, LEAST)), {
    code: "metric_cardinality",
    title: "High cardinality makes metrics slower",
    advice: "Limit the cardinality of metrics, and bind labels once instead of looking their series up at every call",
    notice: LEAST,
    problem: 4,
  });
}

function subjectOf({ suite, name }: { readonly suite: string; readonly name: string }): string {
  return JSON.stringify([suite, name]);
}
