/**
 * A comparison as JUnit XML, which most CI services show as tests.
 *
 * @module
 */

import type { Comparison } from "../../compare/comparison.ts";
import { visibleText } from "../visible_text.ts";
import type { ComparisonReport } from "./comparison_report.ts";
import { type ComparisonRow, comparisonView } from "./comparison_view.ts";
import {
  changeText,
  figureText,
  intervalText,
  OUTCOME_WORDS,
  thresholdText,
  undecidedText,
} from "./comparison_words.ts";
import { isCompared, type Outcome } from "./outcome.ts";

/**
 * One test suite for each suite, one test case for each benchmark: a slower one is a failure, one that fails now an error; what
 * has no verdict is skipped, with the reason. `time` is the current duration of one iteration, in seconds.
 */
export const junitComparison: ComparisonReport = {
  extension: "xml",
  render(comparison: Comparison): string {
    const { rows } = comparisonView(comparison);
    const suites = [...Map.groupBy(rows, ({ entry }) => entry.suite)].flatMap(([suite, members]) => [
      `  <testsuite ${attributes({ name: suite, ...countsOf(members), timestamp: comparison.createdAt })}>`,
      ...members.flatMap((row) => testCase(row, comparison)),
      "  </testsuite>",
    ]);
    const name = `${comparison.tool.name} compare`;
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuites ${attributes({ name, ...countsOf(rows) })}>`,
      ...suites,
      "</testsuites>",
    ].join("\n") + "\n";
  },
};

/** What CI services know of a test, and which outcomes come to it; all others have passed. */
const RESULT_OF: Readonly<Partial<Record<Outcome, "failure" | "error" | "skipped">>> = {
  slower: "failure",
  failed: "error",
  inconclusive: "skipped",
  incomparable: "skipped",
  removed: "skipped",
};

function countsOf(rows: readonly ComparisonRow[]): Readonly<Record<string, string>> {
  const count = (result: string) => String(rows.filter(({ outcome }) => RESULT_OF[outcome] === result).length);
  return {
    tests: String(rows.length),
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
  };
}

function testCase(row: ComparisonRow, comparison: Comparison): string[] {
  const { entry, label, outcome, explanation } = row;
  const result = RESULT_OF[outcome];
  const time = isCompared(entry) && entry.current.unit === "ns" ? { time: seconds(entry.current.value) } : {};
  const open = `    <testcase ${attributes({ classname: entry.suite, name: label, ...time })}>`;
  const figures = isCompared(entry) ? figuresOf(row) : "";
  const told = isCompared(entry) && outcome === "inconclusive"
    ? `${figures}; ${undecidedText(entry, comparison)}`
    : figures + explanation;
  if (result === undefined) return [open, `      <system-out>${escapeXml(told)}</system-out>`, "    </testcase>"];
  const type: Record<string, string> = result === "skipped" ? {} : { type: OUTCOME_WORDS[outcome].word };
  return [open, `      <${result} ${attributes({ message: told, ...type })}/>`, "    </testcase>"];
}

function figuresOf({ entry, outcome }: ComparisonRow): string {
  if (!isCompared(entry)) return "";
  const { ratio, interval, threshold, baseline, current } = entry;
  return `${OUTCOME_WORDS[outcome].word} ${changeText(ratio)} (${intervalText(interval)}, threshold ${
    thresholdText(threshold)
  }), ${figureText(baseline.value, baseline.unit)} to ${figureText(current.value, current.unit)}`;
}

/** Nanoseconds as seconds, never with an exponent. */
function seconds(durationNs: number): string {
  return (durationNs / 1e9).toFixed(12).replace(/\.?0+$/, "");
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values).map(([name, value]) => `${name}="${escapeXml(value)}"`).join(" ");
}

/** Text for an element or an attribute; what XML 1.0 cannot hold at all is shown as an escape. */
function escapeXml(text: string): string {
  return visibleText(text).replace(/[\ufffe\uffff]/g, (unit) => `\\u{${unit.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
