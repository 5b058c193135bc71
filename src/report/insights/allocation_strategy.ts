/**
 * Allocation strategies against FirstFit: complex ones can be slow.
 *
 * @module
 */

import { contrastFinding } from "./contrast_finding.ts";
import { contrastsByFit, contrastsByParameter, plainWord } from "./conventions.ts";
import { type Insight, insightFrom } from "./insight.ts";
import type { ResultDocument } from "../../measure/document.ts";

/** A strategy that is less than a tenth slower is not worth another one's worse packing. */
const LEAST = 1.1;

/** Finds strategies that are slower than FirstFit. */
export function allocationStrategyRule(document: ResultDocument): Insight | null {
  const isFirst = (value: string | number | boolean) => ["firstfit", "first"].includes(plainWord(value));
  const contrasts = [
    ...contrastsByParameter(document, ["strategy", "allocator"], isFirst),
    ...contrastsByFit(document),
  ];
  return insightFrom(contrasts.flatMap((contrast) => contrastFinding(contrast, LEAST)), {
    code: "allocation_strategy",
    title: "Other allocation strategies are slower than FirstFit",
    advice:
      "Use the FirstFit allocator where throughput matters, and the others where their packing is worth their price",
    notice: LEAST,
    problem: 2,
  });
}
