/**
 * What an insight is, and what a rule that finds one is.
 *
 * @module
 */

import type { ResultDocument } from "../../measure/document.ts";

/** How much an insight weighs: something to know, something to look at, or something to change. */
export type Severity = "info" | "notice" | "problem";

/** Something that a result shows about the program, with the numbers that show it. */
export interface Insight {
  /** Stable, in snake_case: branch on this. */
  readonly code: string;
  /** What was found, in a few words; no name from the document is in it. */
  readonly title: string;
  /**
   * Sentences, each with its numbers and their intervals, the heaviest first. Names from the document are in a form that is safe
   * to print, but not escaped for a markup.
   */
  readonly evidence: readonly string[];
  /** The strategies that apply, the first of them by name, in a sentence. */
  readonly advice: string;
  /** The benchmarks that the evidence rests on, each once. */
  readonly benchmarkIds: readonly string[];
  /** How much it weighs. */
  readonly severity: Severity;
}

/**
 * A rule over one result: what it found, or null. It is silent where it does not apply, and where the interval does not support
 * what the point estimate suggests.
 */
export type InsightRule = (document: ResultDocument) => Insight | null;

/** One thing that a rule found, before it is told. */
export interface Finding {
  /** A sentence with its numbers. */
  readonly sentence: string;
  /** The benchmarks it is about. */
  readonly benchmarkIds: readonly string[];
  /** The lower end of its interval, or whatever else findings of this rule are ordered by; larger is heavier. */
  readonly weight: number;
}

/** What the findings of one rule have in common. */
export interface InsightText extends Pick<Insight, "code" | "title" | "advice"> {
  /** From this weight on an insight is a notice, and from `problem` on a problem. */
  readonly notice: number;
  /** From this weight on it is a problem. */
  readonly problem: number;
}

/** More sentences than this are counted, not told. */
export const MAX_SENTENCES = 8;

/** Makes one insight of what a rule found, the heaviest first; null without a finding. */
export function insightFrom(findings: readonly Finding[], text: InsightText): Insight | null {
  const sorted = findings.toSorted((left, right) => right.weight - left.weight);
  const [heaviest] = sorted;
  if (heaviest === undefined) return null;
  const { code, title, advice, notice, problem } = text;
  const untold = sorted.length - MAX_SENTENCES;
  return {
    code,
    title,
    evidence: [
      ...sorted.slice(0, MAX_SENTENCES).map(({ sentence }) => sentence),
      ...(untold > 0 ? [`The same shows in ${untold} more`] : []),
    ],
    advice,
    benchmarkIds: [...new Set(sorted.flatMap(({ benchmarkIds }) => benchmarkIds))],
    severity: heaviest.weight >= problem ? "problem" : heaviest.weight >= notice ? "notice" : "info",
  };
}
