/**
 * The circumstances of a comparison: what was compared with what, how, and what the host itself did.
 *
 * @module
 */

import type { Comparison, Drift } from "../../../compare/comparison.ts";
import { changeText, intervalText, levelText, thresholdText } from "../../comparison/comparison_words.ts";
import { formatDuration, formatNumber, formatPercent } from "../../number_format.ts";
import { MAX_MESSAGE_COLUMNS, shortenEnd, shortenMiddle } from "../../shorten.ts";
import { visibleText } from "../../../visible_text.ts";
import type { Reproduction } from "../result/reproduce.ts";
import { shellCommand } from "../shell_command.ts";

const MAX_PATH_COLUMNS = 120;
const MAX_COMMAND_COLUMNS = 4000;

/** How it was compared, in short phrases. */
export function methodFacts({ method, options, createdAt, tool, durationMs }: Comparison): string[] {
  return [
    `${tool.name} ${tool.version}`,
    method === "paired" ? "two programs, measured in turn" : "stored results",
    `threshold ${thresholdText(options.threshold)}`,
    `${levelText(1 - options.alpha)} ${
      options.errorControl === "fdr" ? "sure of the changes found" : "sure that no change found is none"
    }`,
    ...(durationMs === null ? [] : [`measured for ${formatDuration(durationMs * 1e6)}`]),
    createdAt.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC"),
  ].map(visibleText);
}

/** One file or program of a side. */
export interface SourceView {
  /** Which side. */
  readonly side: "baseline" | "current";
  /** Its columns: name, tool, when, commit, host. */
  readonly cells: readonly string[];
}

/** The files or programs of both sides. */
export function sourceViews({ baseline, current }: Comparison): SourceView[] {
  return ([["baseline", baseline], ["current", current]] as const).flatMap(([side, { sources }]) =>
    sources.map(({ name, tool, startedAt, commit, fingerprint }) => ({
      side,
      cells: [
        shortenMiddle(visibleText(name), MAX_PATH_COLUMNS),
        ...[
          tool,
          startedAt?.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC") ?? "–",
          commit?.slice(0, 10) ?? "–",
          fingerprint ?? "–",
        ].map((text) => shortenEnd(visibleText(text), MAX_PATH_COLUMNS)),
      ],
    }))
  );
}

const DRIFT_WORDS: Readonly<Record<Drift["from"], string>> = {
  references: "the reference benchmarks",
  runs: "the runs of each side",
  experience: "experience with shared hosts, as these files do not tell",
};

/** What the host did between the two sides, in a sentence; empty for pairs, which share it. */
export function driftText({ drift }: Comparison): string {
  if (drift === null) return "";
  const factor = drift.factor === null
    ? ""
    : `By the same code on both sides, the host itself changed every time by ${changeText(drift.factor.ratio)} ` +
      `(${intervalText(drift.factor.interval)}); that is taken off the ratios. `;
  return `${factor}Equal code may still differ between the two sides by a standard deviation of ${
    formatPercent(drift.sd)
  } (${formatNumber(drift.degreesOfFreedom)} degrees of freedom), by ${DRIFT_WORDS[drift.from]}.`;
}

/** How to have the comparison again. */
export function comparisonReproduction(comparison: Comparison): Reproduction {
  const { method, options, baseline, current, tool, settings } = comparison;
  const names = (side: Comparison["baseline"]) => side.sources.map(({ name }) => name);
  const percent = String(Number((100 * options.threshold).toPrecision(6)));
  const level = Number((100 * (1 - options.alpha)).toPrecision(6));
  const words = method === "paired"
    ? [tool.name, "ab", "--a", ...names(baseline), "--b", ...names(current), ...settingWords(settings)]
    : [tool.name, "compare", "--baseline", ...names(baseline), "--current", ...names(current)];
  return {
    command: shortenEnd(
      shellCommand([
        ...words,
        "--threshold",
        percent,
        ...(level === 95 ? [] : ["--level", String(level)]),
        ...(options.errorControl === "fwer" ? ["--strict"] : []),
        ...(options.acrossHosts ? ["--across-hosts"] : []),
      ]),
      MAX_COMMAND_COLUMNS,
    ),
    facts: Object.entries(settings ?? {}).map(([name, value]) => ({
      name: shortenEnd(visibleText(name), MAX_PATH_COLUMNS),
      text: shortenEnd(visibleText(value === null ? "–" : String(value)), MAX_MESSAGE_COLUMNS),
    })),
  };
}

/** What a paired measurement was told. */
function settingWords(settings: Comparison["settings"]): string[] {
  const { seed, filter, quick, budgetMs } = settings ?? {};
  return [
    ...(typeof filter === "string" ? ["--filter", filter] : []),
    ...(quick === true ? ["--quick"] : []),
    ...(typeof budgetMs === "number" ? ["--budget", `${budgetMs}ms`] : []),
    ...(typeof seed === "number" ? ["--seed", String(seed)] : []),
  ];
}
