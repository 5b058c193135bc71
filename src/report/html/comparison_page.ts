/**
 * The page of a comparison: the verdict first, then a forest plot of all ratios, the worst first, each with its evidence, then
 * the circumstances.
 *
 * @module
 */

import type { Comparison } from "../../compare/comparison.ts";
import {
  adviceText,
  changeText,
  countsText,
  differenceTexts,
  intervalText,
  labelsOf,
  OUTCOME_WORDS,
  suiteOutcome,
  thresholdText,
} from "../comparison/comparison_words.ts";
import type { ComparisonReport } from "../comparison/comparison_report.ts";
import { countOutcomes, isCompared, OUTCOMES } from "../comparison/outcome.ts";
import { worstFirst } from "../comparison/worst_first.ts";
import { environmentFacts } from "../facts.ts";
import { footnotesOf } from "../footnotes.ts";
import { BYTE_UNITS, formatNumber, formatScaled } from "../number_format.ts";
import type { ReportOptions } from "../report.ts";
import { shortenMiddle } from "../shorten.ts";
import { visibleText } from "../../visible_text.ts";
import { ratioAxis, ratioDomain } from "./charts/ratio_cell.ts";
import { comparisonReproduction, driftText, methodFacts, sourceViews } from "./comparison/circumstances.ts";
import { entryView } from "./comparison/entry_view.ts";
import { downloadOf } from "./download.ts";
import { renderPage } from "./page.ts";

/** A page that needs no network, and no script to be read. */
export const htmlComparison: ComparisonReport = { extension: "html", render };

/** Renders the page. */
export function render(comparison: Comparison, _options: ReportOptions): string {
  const title = `Comparison, ${comparison.createdAt.slice(0, 10)}: ${OUTCOME_WORDS[suiteOutcome(comparison)].word}`;
  return renderPage({ title, body: "comparison", model: modelOf(comparison) });
}

/** Beyond so many lines, the worst first, a page shows no evidence: it would take longer to open than to ask for. */
const MAX_DETAILED = 300;

/** Beyond so many lines a page only tells how many there are. */
const MAX_LINES = 2000;

const MAX_LABEL_COLUMNS = 80;

function modelOf(comparison: Comparison): Readonly<Record<string, unknown>> {
  const { benchmarks, baseline, current, options, environment, status, warnings, createdAt } = comparison;
  const labels = labelsOf(comparison);
  const compared = benchmarks.filter(isCompared);
  const domain = ratioDomain(compared, Math.max(options.threshold, ...compared.map(({ threshold }) => threshold)));
  const lines = worstFirst(comparison);
  const footnotes = footnotesOf({ warnings });
  const outcome = suiteOutcome(comparison);
  const counts = countOutcomes(comparison);
  const present = OUTCOMES.filter((name) => counts[name] > 0);
  const download = downloadOf(comparison, `puffin-bench_comparison_${createdAt.replace(/\D/g, "").slice(0, 14)}`);
  return {
    baseline: shortenMiddle(visibleText(baseline.label), MAX_LABEL_COLUMNS),
    current: shortenMiddle(visibleText(current.label), MAX_LABEL_COLUMNS),
    outcome,
    ...OUTCOME_WORDS[outcome],
    counts: countsText(comparison),
    advice: adviceText(comparison),
    facts: methodFacts(comparison),
    interrupted: status === "interrupted",
    differences: differenceTexts(comparison),
    remarks: footnotes.filter(({ number }) => number === 0).map(({ text }) => text),
    notes: footnotes.filter(({ number }) => number > 0),
    tiles: present.map((name) => ({ outcome: name, count: formatNumber(counts[name]), ...OUTCOME_WORDS[name] })),
    threshold: thresholdText(options.threshold),
    thresholdsDiffer: compared.some(({ threshold }) => threshold !== options.threshold),
    axes: [ratioAxis(domain, { kind: "change" }), ratioAxis(domain, { kind: "change", narrow: true })],
    columns: ["Change", "Interval", "Baseline", "Current", "p"],
    lines: lines.slice(0, MAX_LINES).map((entry, index) =>
      entryView(entry, {
        index,
        comparison,
        label: labels(entry),
        domain,
        isDetailed: index < MAX_DETAILED,
        warnings: footnotes.filter(({ benchmarkIds }) => benchmarkIds.has(entry.id)).map(({ text }) => text),
      })
    ),
    more: Math.max(0, lines.length - MAX_LINES),
    count: Math.min(lines.length, MAX_LINES),
    suites: [],
    filters: present.map((name) => ({ value: name, text: OUTCOME_WORDS[name].word })),
    sources: sourceViews(comparison),
    drift: driftText(comparison),
    controls: comparison.controls.map(({ id, ratio, interval }) => ({
      name: shortenMiddle(visibleText(id), MAX_LABEL_COLUMNS),
      change: changeText(ratio),
      interval: intervalText(interval),
    })),
    environment: environment === null ? [] : environmentFacts({ environment }),
    reproduction: comparisonReproduction(comparison),
    download: { ...download, size: formatScaled(download.bytes, BYTE_UNITS) },
  };
}
