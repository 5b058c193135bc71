/**
 * How the time over a dependency graph grows with the graph.
 *
 * @module
 */

import type { Estimate, MeasuredBenchmark, ResultDocument, Scaling } from "../../measure/document.ts";
import { fitPowerLaw, meanInterval } from "../../measure/statistics/mod.ts";
import { formatDuration, formatNumber } from "../number_format.ts";
import { comparable, plainWord } from "./conventions.ts";
import { forkLevels } from "./fork_levels.ts";
import { type Finding, type Insight, insightFrom } from "./insight.ts";
import { intervalText, quoted, shown } from "./words.ts";

const NAMES = ["states", "nodes", "dependencies"];

/** Linear is what a graph costs; caches that no longer hold it add about a tenth over five powers of ten. */
const LEAST = 1.15;

/** A curve that is no power law at all has no exponent that means something. */
const LEAST_R_SQUARED = 0.9;

/** Finds dependency graphs whose time grows noticeably faster than they do. */
export function dependencyScalingRule(document: ResultDocument): Insight | null {
  const findings = document.scaling
    .filter(({ parameter, rSquared }) => NAMES.includes(plainWord(parameter)) && rSquared >= LEAST_R_SQUARED)
    .flatMap((scaling) => findingOf(scaling, membersOf(document, scaling)));
  return insightFrom(findings, {
    code: "dependency_scaling",
    title: "Dependency graphs cost more than in proportion to their size",
    advice: "Optimize the algorithms that resolve dependencies, and cache the states and plans that do not change",
    notice: LEAST,
    problem: 1.5,
  });
}

function membersOf(document: ResultDocument, { suite, name, parameter, params }: Scaling): MeasuredBenchmark[] {
  return comparable(document).filter((benchmark) =>
    benchmark.suite === suite && benchmark.name === name && typeof benchmark.params[parameter] === "number" &&
    Object.entries(params).every(([key, value]) => benchmark.params[key] === value)
  );
}

function findingOf(scaling: Scaling, members: readonly MeasuredBenchmark[]): Finding[] {
  const exponent = exponentInterval(scaling, members);
  if (exponent === null || !(exponent.low > LEAST)) return [];
  const { suite, name, parameter, params, points } = scaling;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [{
    sentence: `${quoted({ suite, name, params })} grows as ${shown(parameter)} to the power of ` +
      `${formatNumber(exponent.point, 2)} (${intervalText(exponent, (value) => formatNumber(value, 2))}): ` +
      `${formatDuration(first.p25)} at ${shown(first.value)}, ${formatDuration(last.p25)} at ${shown(last.value)}`,
    benchmarkIds: members.map(({ id }) => id),
    weight: exponent.low,
  }];
}

/** The exponent fitted in each fork by itself, with Student's interval over the forks; null with fewer than two. */
function exponentInterval({ parameter }: Scaling, members: readonly MeasuredBenchmark[]): Estimate | null {
  const levels = members.map((benchmark) => ({ value: benchmark.params[parameter], byFork: forkLevels(benchmark) }));
  const forks = [...levels[0]?.byFork.keys() ?? []].filter((fork) => levels.every(({ byFork }) => byFork.has(fork)));
  const exponents = forks.flatMap((fork) => {
    const points = levels.flatMap(({ value, byFork }) => {
      const p25 = byFork.get(fork);
      return typeof value === "number" && p25 !== undefined ? [{ value, p25 }] : [];
    });
    return fitPowerLaw(points)?.exponent ?? [];
  });
  return meanInterval(exponents, 0.95);
}
