/**
 * A comparison as JUnit XML, which most CI services show as tests.
 *
 * @module
 */

import type { Comparison } from "../../compare/comparison.ts";
import { element, xmlText } from "../../interchange/write/xml.ts";
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
    const suites = [...Map.groupBy(rows, ({ entry }) => entry.suite)].map(([suite, members]) =>
      element(
        "testsuite",
        { name: suite, ...countsOf(members), timestamp: comparison.createdAt },
        lines(members.map((row) => testCase(row, comparison)), "    "),
      )
    );
    const name = `${comparison.tool.name} compare`;
    const all = element("testsuites", { name, ...countsOf(rows) }, lines(suites, "  "));
    // In a log GitHub's runner takes `##[` for a command; a character reference says the same to XML.
    return `<?xml version="1.0" encoding="UTF-8"?>\n${all.replaceAll("##[", "#&#35;[")}\n`;
  },
};

/** Each on a line of its own, within an element whose end is indented by two spaces less. */
function lines(elements: readonly string[], indent: string): readonly string[] {
  return elements.length === 0 ? [] : [...elements.map((text) => `\n${indent}${text}`), `\n${indent.slice(2)}`];
}

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

function testCase(row: ComparisonRow, comparison: Comparison): string {
  const { entry, label, outcome, explanation } = row;
  const result = RESULT_OF[outcome];
  const time = isCompared(entry) && entry.current.unit === "ns" ? seconds(entry.current.value) : undefined;
  const figures = isCompared(entry) ? figuresOf(row) : "";
  const told = isCompared(entry) && outcome === "inconclusive"
    ? `${figures}; ${undecidedText(entry, comparison)}`
    : figures + explanation;
  const type = result === "skipped" ? undefined : OUTCOME_WORDS[outcome].word;
  const child = result === undefined
    ? element("system-out", {}, [xmlText(told)])
    : element(result, { message: told, type });
  return element("testcase", { classname: entry.suite, name: label, time }, [child]);
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
