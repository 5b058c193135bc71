/**
 * What tracing and metrics add to the code that they observe.
 *
 * @module
 */

import type { ResultDocument } from "../../measure/document.ts";
import { contrastFinding } from "./contrast_finding.ts";
import { type Contrast, contrastsByName, contrastsByParameter, plainWord } from "./conventions.ts";
import { type Insight, insightFrom } from "./insight.ts";

/** An observer that costs less than a twentieth may stay on. */
const LEAST = 1.05;
const PROBLEM = 1.5;

/** Finds code that tracing makes slower. */
export function tracingOverheadRule(document: ResultDocument): Insight | null {
  const contrasts = contrastsOf(document, "tracing", ["traced", "tracing", "withtracing"]);
  return insightFrom(contrasts.flatMap((contrast) => contrastFinding(contrast, LEAST)), {
    code: "tracing_overhead",
    title: "Tracing makes the code that it observes slower",
    advice: "Use sampling for what happens often, so that only some of it is traced",
    notice: LEAST,
    problem: PROBLEM,
  });
}

/** Finds code that metrics make slower. */
export function metricsOverheadRule(document: ResultDocument): Insight | null {
  const contrasts = contrastsOf(document, "metrics", ["metered", "metrics", "withmetrics"]);
  return insightFrom(contrasts.flatMap((contrast) => contrastFinding(contrast, LEAST)), {
    code: "metrics_overhead",
    title: "Metrics make the code that they observe slower",
    advice: "Collect metrics asynchronously: add up locally, and hand on what was added up now and then",
    notice: LEAST,
    problem: PROBLEM,
  });
}

function contrastsOf(document: ResultDocument, parameter: string, others: readonly string[]): Contrast[] {
  const plains = [`without${parameter}`, `no${parameter}`, "untraced", "unmetered", ""];
  return [
    ...contrastsByParameter(
      document,
      [parameter],
      (value) => ["false", "off", "no", "none"].includes(plainWord(value)),
    ),
    ...contrastsByName(document, { plains, others }),
  ];
}
