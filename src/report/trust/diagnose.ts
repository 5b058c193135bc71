/**
 * What limits the trust in a result, the most important first.
 *
 * @module
 */

import type { ResultDocument } from "../../measure/document.ts";
import { driftWithinForks, insightConcerns, outliers, shortTime, wideIntervals } from "./benchmark_rules.ts";
import type { Concern, Severity, TrustRule } from "./concern.ts";
import { hostConcerns } from "./host_rules.ts";
import { failures, fewForks, hostDrift, interruption, noReferences, unknownHost } from "./run_rules.ts";
import { warningConcerns } from "./warning_rules.ts";

export type { Severity } from "./concern.ts";

/** Every rule; among concerns of one severity, those of an earlier rule come first. */
const RULES: readonly TrustRule[] = [
  failures,
  interruption,
  warningConcerns,
  hostConcerns,
  hostDrift,
  wideIntervals,
  insightConcerns,
  driftWithinForks,
  fewForks,
  shortTime,
  outliers,
  noReferences,
  unknownHost,
];

const ORDER: readonly Severity[] = ["bad", "mind", "note"];

/** What limits the trust in a result. */
export interface Diagnosis {
  /** The gravest severity; `good` without any but notes. */
  readonly trust: "good" | "mind" | "bad";
  /** The same in a sentence. */
  readonly verdict: string;
  /** The most important first. */
  readonly concerns: readonly Concern[];
}

/** Finds all of it. A result in which nothing is wrong has no concern. */
export function diagnose(document: ResultDocument): Diagnosis {
  const concerns = RULES.flatMap((rule) => rule(document))
    .sort((left, right) => ORDER.indexOf(left.severity) - ORDER.indexOf(right.severity));
  const [bad, mind, note] = ORDER.map((severity) => concerns.filter((concern) => concern.severity === severity).length);
  if (bad !== undefined && bad > 0) {
    const more = mind ? `, and ${mind} to mind` : "";
    return { trust: "bad", verdict: `Do not trust small differences: ${bad} serious${more}`, concerns };
  }
  if (mind !== undefined && mind > 0) {
    return { trust: "mind", verdict: `Trust it with care: nothing serious, ${mind} to mind`, concerns };
  }
  const but = note ? ` but ${note === 1 ? "a note" : `${note} notes`}` : "";
  return { trust: "good", verdict: `Nothing limits the trust in it${but}`, concerns };
}
