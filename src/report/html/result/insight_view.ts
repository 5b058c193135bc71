/**
 * Insights on the page.
 *
 * @module
 */

import type { ResultDocument } from "../../../measure/document.ts";
import { labelOf } from "../../document_view.ts";
import { plural } from "../../facts.ts";
import { insightsOf, type Severity } from "../../insights/mod.ts";
import { shortenMiddle } from "../../shorten.ts";
import { MAX_LABEL_COLUMNS } from "../name_length.ts";

/** One insight, with links to what it rests on. */
export interface InsightView {
  /** How much it weighs. */
  readonly severity: Severity;
  /** What was found. */
  readonly title: string;
  /** Sentences with their numbers. */
  readonly evidence: readonly string[];
  /** The strategies that apply. */
  readonly advice: string;
  /** Benchmarks that it rests on: keys and names of the first few. */
  readonly links: readonly { readonly key: string; readonly label: string }[];
  /** How many benchmarks it rests on besides; empty if there are none. */
  readonly more: string;
}

/** No more benchmarks are linked: the evidence names the heaviest. */
const MAX_LINKS = 6;

/** Finds and arranges the insights, the most severe first. */
export function insightViews(document: ResultDocument): InsightView[] {
  const places = new Map(document.benchmarks.map((result, index) => [result.id, { result, index }]));
  return insightsOf(document).map(({ severity, title, evidence, advice, benchmarkIds }) => {
    const found = benchmarkIds.flatMap((id) => places.get(id) ?? []);
    return {
      severity,
      title,
      evidence,
      advice,
      links: found.slice(0, MAX_LINKS).map(({ result, index }) => ({
        key: `b${index}`,
        label: shortenMiddle(labelOf(result), MAX_LABEL_COLUMNS),
      })),
      more: found.length > MAX_LINKS ? `and ${plural(found.length - MAX_LINKS, "more benchmark")}` : "",
    };
  });
}
