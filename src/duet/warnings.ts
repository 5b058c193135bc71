/**
 * What a reader of a paired comparison should know.
 *
 * @module
 */

import type { Comparison, ComparisonEntry } from "../compare/comparison.ts";
import type { Side, SideFacts } from "../measure/duet/mod.ts";
import type { Warning } from "../measure/document.ts";
import type { Ledger } from "./ledger.ts";

/** What is looked at. */
export interface DuetFacts {
  /** What the programs said of themselves; undefined if it never came to that. */
  readonly facts: Readonly<Record<Side, SideFacts>> | undefined;
  /** What was measured. */
  readonly ledgers: readonly Ledger[];
  /** Process ids of other runs on this host. */
  readonly others: readonly number[];
  /** In what the programs' circumstances differ. */
  readonly differences: Comparison["differences"];
  /** Pairs of processes. */
  readonly pairs: number;
  /** What came out. */
  readonly benchmarks: readonly ComparisonEntry[];
}

/** More pairs of samples than this share, left out because the host disturbed them, are worth a word. */
const MUCH_EXCLUDED = 0.3;

/** The warnings, those of the whole first. */
export function duetWarnings({ facts, ledgers, others, differences, benchmarks }: DuetFacts): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, message: string, benchmarkId: string | null = null) => {
    warnings.push({ code, message, benchmarkId });
  };
  for (const pid of others) {
    warn("another_run", `another puffin-bench (process ${pid}) measures on this host; let one finish before the other`);
  }
  for (const { baseline, current } of differences) {
    warn(
      "runtime_differs",
      `A runs on ${baseline}, B on ${current}: a difference may be the runtime's, not the code's`,
    );
  }
  const blind = (["a", "b"] as const).filter((side) => facts?.[side].canCollect === false);
  if (blind.length > 0) {
    const names = blind.map((side) => side.toUpperCase()).join(" and ");
    warn(
      "no_gc",
      `${names} cannot collect garbage between samples, which are noisier; build with --v8-flags=--expose-gc`,
    );
  }
  const [excluded, samples] = [sum(ledgers, "excluded"), sum(ledgers, "samples")];
  if (excluded > MUCH_EXCLUDED * (excluded + samples)) {
    const percent = Math.round(100 * excluded / (excluded + samples));
    warn(
      "disturbed",
      `${percent} % of the pairs of samples do not count, because the host disturbed them; free the host`,
    );
  }
  for (const { identity, isDisturbed } of ledgers) {
    if (!isDisturbed) continue;
    warn("disturbed_samples", "samples that the host disturbed count, for want of others; free the host", identity.id);
  }
  const unmeasured = benchmarks.filter((entry) => entry.status === "compared" && entry.interval === null).length;
  if (unmeasured > 0) {
    const those = unmeasured === 1 ? "a benchmark" : `${unmeasured} benchmarks`;
    warn("small_budget", `${those} had one pair of processes only, which decides nothing; raise --budget`);
  }
  return warnings;
}

function sum(ledgers: readonly Ledger[], field: "excluded" | "samples"): number {
  return ledgers.reduce((total, ledger) => total + ledger[field], 0);
}
