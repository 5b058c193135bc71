/**
 * Insights: rules over a result that say where time goes, with the numbers that show it and the strategy that applies.
 *
 * How the rules find the benchmarks that they are about is told in `conventions.ts`.
 *
 * @module
 */

import type { ResultDocument } from "../../measure/document.ts";
import { allocationRule } from "./allocation.ts";
import { allocationStrategyRule } from "./allocation_strategy.ts";
import { cardinalityRule } from "./cardinality.ts";
import { contentionRule } from "./contention.ts";
import { dependencyScalingRule } from "./dependency_scaling.ts";
import { garbageCollectionRule } from "./garbage_collection.ts";
import type { Insight, InsightRule, Severity } from "./insight.ts";
import { metricsOverheadRule, tracingOverheadRule } from "./observability_overhead.ts";
import { bimodalRule, unsteadyRule, varianceRule } from "./variance.ts";

export type { Insight, Severity } from "./insight.ts";

/** Every rule, what can be changed in the program first. */
const INSIGHT_RULES: readonly InsightRule[] = [
  allocationStrategyRule,
  contentionRule,
  cardinalityRule,
  dependencyScalingRule,
  tracingOverheadRule,
  metricsOverheadRule,
  allocationRule,
  garbageCollectionRule,
  varianceRule,
  bimodalRule,
  unsteadyRule,
];

const ORDER: readonly Severity[] = ["problem", "notice", "info"];

/** What the rules find in a result, the most severe first; among equals in the order of {@linkcode INSIGHT_RULES}. */
export function insightsOf(document: ResultDocument): readonly Insight[] {
  return INSIGHT_RULES.flatMap((rule) => rule(document) ?? [])
    .sort((left, right) => ORDER.indexOf(left.severity) - ORDER.indexOf(right.severity));
}
