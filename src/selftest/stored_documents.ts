/**
 * Stored results of identical code, each held against each.
 *
 * @module
 */

import type { RunData } from "../compare/run_data.ts";
import type { Condition } from "./material.ts";
import type { RunPair } from "./process_runs.ts";
import type { StoredTrust } from "./result.ts";
import { compareAlike, STORED_DEFAULTS } from "./stored_results.ts";

/** One stored result. */
export interface MaterialDocument {
  /** What else ran while it was measured. */
  readonly condition: Condition;
  /** The run. */
  readonly run: RunData;
}

/** Compares each result with every later one: those that were measured with nothing else running, then all others. */
export function storedDocuments(
  documents: readonly MaterialDocument[],
  signal?: AbortSignal,
): StoredTrust[] {
  const quiet: RunPair[] = [];
  const mixed: RunPair[] = [];
  documents.forEach((earlier, index) => {
    for (const later of documents.slice(index + 1)) {
      const isQuiet = earlier.condition === "quiet" && later.condition === "quiet";
      (isQuiet ? quiet : mixed).push({ baseline: earlier.run, current: later.run });
    }
  });
  const kinds = [
    { what: "results measured with nothing else running", pairs: quiet },
    { what: "results of which at least one was measured beside a load", pairs: mixed },
  ];
  return kinds.flatMap(({ what, pairs }) => {
    const runs = new Set(pairs.flatMap(({ baseline, current }) => [baseline, current]));
    const independent = Math.max(1, Math.floor(runs.size / 2));
    const results = compareAlike(pairs, { ...STORED_DEFAULTS, slowEach: true, independent, signal });
    return results === null ? [] : [{ what, results }];
  });
}
