/**
 * A comparison as annotations of a GitHub Actions run.
 *
 * @module
 */

import type { Comparison } from "../../compare/comparison.ts";
import { formatNumber } from "../number_format.ts";
import { shortenMiddle } from "../shorten.ts";
import type { ComparisonReport } from "./comparison_report.ts";
import { type ComparisonRow, type ComparisonView, comparisonView } from "./comparison_view.ts";
import {
  changeText,
  figureText,
  intervalText,
  levelText,
  OUTCOME_WORDS,
  thresholdText,
  undecidedText,
} from "./comparison_words.ts";
import { isCompared, type Outcome } from "./outcome.ts";

/** Workflow commands, the worst first; GitHub shows ten of a level for each step, so that the tenth tells how many more there are. */
export const githubComparison: ComparisonReport = {
  extension: "txt",
  render(comparison: Comparison): string {
    const view = comparisonView(comparison);
    return [view.headline, ...LEVELS.flatMap((level) => annotations(level, view, comparison))].join("\n") + "\n";
  },
};

/** How many annotations of a level GitHub shows for one step. */
const MAX_ANNOTATIONS = 10;

interface Level {
  readonly command: "error" | "warning" | "notice";
  readonly outcomes: ReadonlySet<Outcome>;
}

const LEVELS: readonly Level[] = [
  { command: "error", outcomes: new Set(["failed", "slower"]) },
  { command: "warning", outcomes: new Set(["inconclusive", "incomparable", "removed"]) },
  { command: "notice", outcomes: new Set(["faster"]) },
];

function annotations(
  { command, outcomes }: Level,
  { rows, differences }: ComparisonView,
  comparison: Comparison,
): string[] {
  const concerned = rows.filter(({ outcome }) => outcomes.has(outcome));
  const shown = concerned.length > MAX_ANNOTATIONS ? concerned.slice(0, MAX_ANNOTATIONS - 1) : concerned;
  const across = differences.length === 0 ? "" : " (across hosts, runtimes or settings: it may be they that differ)";
  const lines = shown.map((row) => {
    const title = `${shortenMiddle(row.label, MAX_TITLE_COLUMNS)}: ${OUTCOME_WORDS[row.outcome].word}`;
    return workflowCommand(command, title, messageOf(row, comparison) + (isCompared(row.entry) ? across : ""));
  });
  if (shown.length === concerned.length) return lines;
  const more = formatNumber(concerned.length - shown.length);
  return [...lines, workflowCommand(command, "puffin-bench", `and ${more} more; the job summary lists them`)];
}

/** A longer title is cut in its middle. */
const MAX_TITLE_COLUMNS = 100;

function messageOf({ entry, explanation }: ComparisonRow, comparison: Comparison): string {
  if (!isCompared(entry)) return explanation;
  const { ratio, interval, threshold, baseline, current } = entry;
  const level = interval === null ? "" : ` at ${levelText(interval.level)}`;
  const figures = `${figureText(baseline.value, baseline.unit)} -> ${figureText(current.value, current.unit)}`;
  const change = `${changeText(ratio)} (${intervalText(interval)}${level}, threshold ${
    thresholdText(threshold)
  }), ${figures}`;
  return entry.verdict === "inconclusive" ? `${change}: ${undecidedText(entry, comparison)}` : change;
}

/**
 * A workflow command, escaped as the runner unescapes it: `%`, carriage return and line feed everywhere, `:` and `,` in a
 * property as well.
 *
 * @see https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
 */
export function workflowCommand(command: Level["command"], title: string, message: string): string {
  const data = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string) => data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return `::${command} title=${property(title)}::${data(message)}`;
}
