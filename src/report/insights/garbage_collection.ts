/**
 * The share of the time that goes to the garbage collector.
 *
 * @module
 */

import type { Estimate, MeasuredBenchmark, ResultDocument } from "../../measure/document.ts";
import { BYTE_UNITS, formatNumber, formatPercent, formatScaled } from "../number_format.ts";
import { comparable } from "./conventions.ts";
import { type Finding, type Insight, insightFrom } from "./insight.ts";
import { intervalText, quoted } from "./words.ts";

/** A tenth of the time is what a generational collector takes from code that allocates a lot. */
const LEAST = 0.1;

const LEVEL = 0.95;
/** The normal quantile that belongs to that level. */
const Z = 1.959964;

/** Finds benchmarks of which the collector takes a noticeable share. */
export function garbageCollectionRule(document: ResultDocument): Insight | null {
  const findings = comparable(document).filter(({ baseline }) => !baseline).flatMap(findingOf);
  return insightFrom(findings, {
    code: "garbage_collection",
    title: "Garbage collection takes a large share of the time",
    advice: "Pool resources that are used often instead of making new ones, and cache states that do not change",
    notice: LEAST,
    problem: 0.3,
  });
}

function findingOf(benchmark: MeasuredBenchmark): Finding[] {
  const share = collectorShare(benchmark);
  if (share === null || !(share.low > LEAST)) return [];
  const { memory: { allocatedBytes, gc }, id } = benchmark;
  const allocates = allocatedBytes === null
    ? ""
    : `; an iteration allocates ${formatScaled(allocatedBytes, BYTE_UNITS)}`;
  return [{
    sentence: `${quoted(benchmark)} spends ${formatPercent(share.point)} of its time in pauses of the collector ` +
      `(${intervalText(share, formatPercent)}; ${formatNumber(gc?.pauses ?? 0)} pauses)${allocates}`,
    benchmarkIds: [id],
    weight: share.low,
  }];
}

/**
 * The collector's pauses as a share of all time, the pauses included. The number of pauses is taken as Poisson's, with Byar's
 * approximation of its exact interval (N. E. Breslow and N. E. Day, "Statistical Methods in Cancer Research II", 1987, p. 69);
 * their mean length and the benchmark's median as known.
 */
export function collectorShare({ memory: { gc }, statistics: { median } }: MeasuredBenchmark): Estimate | null {
  if (gc === null || gc.pauses === 0 || !(median > 0)) return null;
  const { pauses, totalMs, iterations } = gc;
  const shareOf = (count: number) => {
    const ratio = (count / pauses) * totalMs * 1e6 / (iterations * median);
    return ratio / (1 + ratio);
  };
  const [low, high] = poissonInterval(pauses);
  return { point: shareOf(pauses), low: shareOf(low), high: shareOf(high), level: LEVEL };
}

function poissonInterval(count: number): readonly [low: number, high: number] {
  const byar = (n: number, z: number) => n * Math.max(0, 1 - 1 / (9 * n) + z / (3 * Math.sqrt(n))) ** 3;
  return [byar(count, -Z), byar(count + 1, Z)];
}
