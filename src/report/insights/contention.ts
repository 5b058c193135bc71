/**
 * What an operation costs when many want the same thing, against what it costs alone.
 *
 * @module
 */

import { contrastFinding } from "./contrast_finding.ts";
import { contrastsByName, contrastsByParameter, plainWord } from "./conventions.ts";
import { type Insight, insightFrom } from "./insight.ts";
import type { ResultDocument } from "../../measure/document.ts";

/** Waiting in line costs a turn of the promise queue at least; less than half as much again is that. */
const LEAST = 1.5;

/** Finds operations that contention makes slower. */
export function contentionRule(document: ResultDocument): Insight | null {
  const contrasts = [
    ...contrastsByParameter(document, ["contended"], (value) => ["false", "no", "off"].includes(plainWord(value))),
    ...contrastsByParameter(document, ["contenders"], (value) => value === 1),
    ...contrastsByName(document, { plains: ["uncontended", "free", "awaited", "tried", ""], others: ["contended"] }),
  ];
  return insightFrom(contrasts.flatMap((contrast) => contrastFinding(contrast, LEAST)), {
    code: "contention",
    title: "Contention makes operations slower",
    advice:
      "Hold locks for a shorter time, use lock-free data structures where possible, and back off before trying again",
    notice: 2,
    problem: 10,
  });
}
