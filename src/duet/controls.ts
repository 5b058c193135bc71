/**
 * Same code on both sides: it rides along, and whoever sees it differ trusts nothing else.
 *
 * @module
 */

import type { Control } from "../compare/comparison.ts";
import { ratioInterval } from "../compare/log_ratio.ts";
import type { OfferedBenchmark, Side } from "../measure/duet/mod.ts";
import type { Warning } from "../measure/document.ts";
import { mean, standardDeviation } from "../measure/statistics/moments.ts";

/** Name of the suite of reference benchmarks, which every program of ours has built in. */
export const REFERENCE_SUITE = "references";

/** As many ride along: each takes as much time as a benchmark. */
const MAX_CONTROLS = 2;

/** Picks the controls: reference benchmarks that are the same on both sides. */
export function pickControls(offered: Readonly<Record<Side, readonly OfferedBenchmark[]>>): readonly string[] {
  const hashes = new Map(offered.a.map(({ identity }) => [identity.id, identity.definitionHash]));
  return offered.b.map(({ identity }) => identity)
    .filter(({ suite, id, definitionHash }) => suite === REFERENCE_SUITE && hashes.get(id) === definitionHash)
    .slice(0, MAX_CONTROLS).map(({ id }) => id);
}

/** Whether an offered benchmark is a reference. */
export function isReference({ identity }: OfferedBenchmark): boolean {
  return identity.suite === REFERENCE_SUITE;
}

/** What the effects of each control, one a pair of processes, say; those without a pair are left out. */
export function controlsOf(effects: ReadonlyMap<string, readonly number[]>, level: number): Control[] {
  return [...effects].flatMap(([id, logRatios]): Control[] => {
    if (logRatios.length === 0) return [];
    const effect = mean(logRatios);
    if (logRatios.length === 1) return [{ id, ratio: Math.exp(effect), interval: null }];
    const standardError = standardDeviation(logRatios) / Math.sqrt(logRatios.length);
    const interval = ratioInterval({ effect, standardError, degreesOfFreedom: logRatios.length - 1 }, level);
    return [{ id, ratio: Math.exp(effect), interval }];
  });
}

/** Says that the comparison is not to be trusted if equal code came out beyond the threshold. */
export function distrust(controls: readonly Control[], threshold: number): Warning[] {
  return controls.flatMap(({ id, ratio, interval }) => {
    const isBeyond = Math.abs(Math.log(ratio)) >= Math.log1p(threshold);
    if (!isBeyond || interval === null || (interval.low <= 1 && interval.high >= 1)) return [];
    const percent = (100 * (ratio - 1)).toFixed(1);
    const message = `"${id}" is the same code on both sides and came out ${percent} % apart, beyond the threshold: ` +
      "something on this host favours a side; find it, or measure again when the host is quiet";
    return [{ code: "untrusted", message, benchmarkId: null }];
  });
}
