/**
 * The result of a self-test or a calibration, for people.
 *
 * @module
 */

import { DUET_DEFAULTS } from "../duet/mod.ts";
import type { Estimate } from "../measure/document.ts";
import { environmentFacts, plural } from "../report/facts.ts";
import { formatDuration, formatNumber, formatPercent } from "../report/number_format.ts";
import { wordOf } from "./notes.ts";
import type { Dilution } from "./dilution.ts";
import type { DuetTrust, SelftestResult, StoredTrust } from "./result.ts";

/** A heading with lines of a label and a value. */
export interface Section {
  /** What it is about. */
  readonly title: string;
  /** What is told. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
}

/** The result as sections; every number with its interval and what it rests on. */
export function sectionsOf(result: SelftestResult): readonly Section[] {
  return [
    { title: "What was measured", facts: materialFacts(result) },
    ...result.duet.map(duetSection),
    ...(result.dilution.length === 0
      ? []
      : [{ title: "What an injected slowdown reads as", facts: result.dilution.map(dilutionFact) }]),
    ...result.stored.map(storedSection),
    { title: "Recommended on this host", facts: recommendationFacts(result) },
  ];
}

function materialFacts({ material, benchmarks, environment, quietness, seed }: SelftestResult): Section["facts"] {
  const pairs = material.map(({ condition, slowdown, pairs }) =>
    `${pairs} of ${slowdown === 1 ? "identical code" : `+${formatNumber(100 * (slowdown - 1))} %`}, ${
      wordOf(condition)
    }`
  );
  const busy = quietness?.busyRatio ?? null;
  return [
    { label: "pairs of processes", value: pairs.join("; ") },
    { label: "suite", value: plural(benchmarks, "benchmark") },
    { label: "host", value: environmentFacts({ environment }).slice(0, 4).join(" · ") },
    ...(busy === null ? [] : [{ label: "processors busy", value: `${formatPercent(busy)}, this program included` }]),
    { label: "seed", value: String(seed) },
  ];
}

function duetSection({ procedure, falseAlarms, power, smallestChange, condition }: DuetTrust): Section {
  const levelPercent = Number((100 * (1 - procedure.alpha)).toFixed(4));
  const asked = [
    "ab",
    ...(procedure.quick ? ["--quick"] : []),
    `--threshold ${shortNumber(100 * procedure.threshold)}`,
    ...(levelPercent === DUET_DEFAULTS.levelPercent ? [] : [`--level ${levelPercent}`]),
    `--budget ${formatNumber(procedure.budgetMs / 1_000)}s`,
  ].join(" ");
  const { same, inconclusive } = falseAlarms.verdicts;
  return {
    title: `Two programs in turn (${asked}), ${wordOf(condition)}`,
    facts: [
      {
        label: "suites of identical code that alarm",
        value: `${rate(falseAlarms.rate)}; ${falseAlarms.alarms} of ${formatNumber(falseAlarms.suites)} simulated`,
      },
      {
        label: "verdicts on identical code",
        value: `same ${formatPercent(same)}, inconclusive ${formatPercent(inconclusive)}`,
      },
      ...power.map(({ size, changed, found, calledSame, source, worst }) => ({
        label: `+${formatNumber(100 * size)} % in ${changed === "one" ? "one benchmark" : "all benchmarks"}`,
        value: `found ${rate(found)}, called same ${formatPercent(calledSame.point)} (${source})` +
          (worst === null ? "" : `; at worst ${formatPercent(worst.found)}: ${worst.id}`),
      })),
      {
        label: "smallest change found with 95 % power",
        value: smallestChange === null ? "none up to 50 %" : formatPercent(smallestChange),
      },
      { label: "a comparison takes", value: formatDuration(falseAlarms.meanMs * 1e6) },
    ],
  };
}

function dilutionFact({ slowdown, pairs, ratio, yield: share }: Dilution): Section["facts"][number] {
  const percent = (value: number) => `${value < 1 ? "" : "+"}${formatNumber(100 * (value - 1), 1)} %`;
  const read = ratio === null
    ? `${percent(slowdown ** share)}, from one pair`
    : `${percent(ratio.point)} (${percent(ratio.low)} to ${percent(ratio.high)}, 95 % interval over ${pairs} pairs)`;
  return { label: percent(slowdown), value: read };
}

function storedSection({ what, results }: StoredTrust): Section {
  const { threshold, forks, comparisons, alarms, rate: alarmRate, independent, verdicts, slowed } = results;
  return {
    title: `Stored results (compare --threshold ${formatNumber(100 * threshold)}, ${plural(forks, "fork")}): ${what}`,
    facts: [
      {
        label: "suites of identical code that alarm",
        value: `${rate(alarmRate)}; ${alarms} of ${formatNumber(comparisons)}, of which ${independent} share no run`,
      },
      {
        label: "verdicts on identical code",
        value: `same ${formatPercent(verdicts.same)}, inconclusive ${formatPercent(verdicts.inconclusive)}`,
      },
      {
        label: `+${formatNumber(100 * slowed.size)} % in one benchmark`,
        value: `found ${rate(slowed.found)}, called same ${formatPercent(slowed.calledSame.point)}`,
      },
    ],
  };
}

function recommendationFacts({ recommendation, procedure }: SelftestResult): Section["facts"] {
  const { threshold, budgetMs, forks, mostForks } = recommendation;
  const twice = `+${shortNumber(200 * procedure.threshold)} %`;
  return [
    {
      label: "ab --threshold",
      value: threshold === null
        ? "none up to 30 will do: free the host"
        : `${shortNumber(100 * threshold)}, which finds twice that with 95 % power`,
    },
    {
      label: "ab --budget",
      value: budgetMs === null
        ? `more than 8m would be needed to find ${twice}: free the host, or raise --threshold`
        : `${formatNumber(budgetMs / 1_000)}s, which finds ${twice} with 95 % power`,
    },
    {
      label: "--forks of stored results",
      value: forks !== null
        ? `${forks}, which find +25 % at a threshold of 10 in 95 % of cases`
        : mostForks === null
        ? "not known: too few pairs were measured; raise --time"
        : `more than ${mostForks} would be needed to find +25 % at a threshold of 10 in 95 % of cases: use ab`,
    },
  ];
}

/** At most one decimal: `3`, `7.5`. */
function shortNumber(value: number): string {
  return formatNumber(value, 1).replace(/\.0$/, "");
}

/** `0.5 % (0.1 to 1.4 %)`: a rate with its 95 % interval. */
function rate({ point, low, high }: Estimate): string {
  return `${formatPercent(point)} (${formatNumber(100 * low, 1)} to ${formatPercent(high)})`;
}
