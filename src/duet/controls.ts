/**
 * Same code on both sides: it rides along, and whoever sees it differ trusts nothing else.
 *
 * @module
 */

import type { Control } from "../compare/comparison.ts";
import { ratioInterval } from "../compare/log_ratio.ts";
import type { OfferedBenchmark, Side, SideFailure } from "../measure/duet/mod.ts";
import type { Warning } from "../measure/document.ts";
import { mean, standardDeviation } from "../measure/statistics/moments.ts";

/** Those reference benchmarks that ride along: arithmetic within the first cache, and allocation. */
const CONTROL_IDS: readonly string[] = ["references/sum_1000", "references/object_ops"];

/** The controls to ask for: none if they are themselves what is compared. */
export function controlsBeside(suites: readonly string[] | null): readonly string[] {
  return suites?.includes("references") === true ? [] : CONTROL_IDS;
}

/** Picks those of the controls asked for that are the same on both sides. */
export function pickControls(
  asked: readonly string[],
  offered: Readonly<Record<Side, readonly OfferedBenchmark[]>>,
): readonly string[] {
  const hashes = new Map(offered.a.map(({ identity }) => [identity.id, identity.definitionHash]));
  return offered.b.map(({ identity }) => identity)
    .filter(({ id, definitionHash }) => asked.includes(id) && hashes.get(id) === definitionHash)
    .map(({ id }) => id);
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

/** How sure it must be that equal code differs: a warning that cries wolf in each twentieth comparison would be overlooked. */
const DISTRUST_LEVEL = 0.99;

/** Says that the comparison is not to be trusted if equal code came out beyond the threshold. */
export function distrust(effects: ReadonlyMap<string, readonly number[]>, threshold: number): Warning[] {
  return controlsOf(effects, DISTRUST_LEVEL).flatMap(({ id, ratio, interval }) => {
    const isBeyond = Math.abs(Math.log(ratio)) >= Math.log1p(threshold);
    if (!isBeyond || interval === null || (interval.low <= 1 && interval.high >= 1)) return [];
    const percent = (100 * (ratio - 1)).toFixed(1);
    const message = `"${id}" is the same code on both sides and came out ${percent} % apart, beyond the threshold: ` +
      "something on this host favours a side; find it, or measure again when the host is quiet";
    return [{ code: "untrusted", message, benchmarkId: null }];
  });
}

/** Says which controls failed, where and how: a process that was lost with one was replaced, and that is worth a word. */
export function failedControls(failures: readonly SideFailure[]): Warning[] {
  return failures.map(({ id, side, reason, message }) => ({
    code: "reference_failed",
    message: `the reference benchmark "${id}" failed in ${side.toUpperCase()}: ${reason.replaceAll("_", " ")}: ` +
      `${message}; the others were measured on without it`,
    benchmarkId: null,
  }));
}
