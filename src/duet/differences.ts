/**
 * In what the two programs' circumstances differ, besides their code.
 *
 * @module
 */

import type { Comparison } from "../compare/comparison.ts";
import type { Side, SideFacts } from "../measure/duet/mod.ts";

/** Compares what the programs said of themselves. The host is one, and so are the settings. */
export function differencesOf(facts: Readonly<Record<Side, SideFacts>> | undefined): Comparison["differences"] {
  if (facts === undefined || facts.a.runtime === facts.b.runtime) return [];
  return [{ kind: "runtime", field: "environment.runtime", baseline: facts.a.runtime, current: facts.b.runtime }];
}
