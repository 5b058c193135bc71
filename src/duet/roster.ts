/**
 * What two programs have: in common, on one side only, or under one name but not the same.
 *
 * @module
 */

import type { ComparedIdentity, IncomparableBenchmark, UnmatchedBenchmark } from "../compare/comparison.ts";
import type { OfferedBenchmark, Side } from "../measure/duet/mod.ts";

/** Every benchmark of either side. */
export interface Roster {
  /** Those that can be held against each other, in the order of B's definition. */
  readonly common: readonly ComparedIdentity[];
  /** Those that cannot. */
  readonly others: readonly (IncomparableBenchmark | UnmatchedBenchmark)[];
  /** All ids in the order in which a comparison lists them: that of B, what was removed last. */
  readonly order: readonly string[];
}

/** Sorts the benchmarks of two programs. `ignoreDefinitions`: code that differs is what is to be compared. */
export function makeRoster(
  offered: Readonly<Record<Side, readonly OfferedBenchmark[]>>,
  ignoreDefinitions: boolean,
): Roster {
  const before = new Map(offered.a.map(({ identity }) => [identity.id, identity]));
  const after = new Set(offered.b.map(({ identity }) => identity.id));
  const common: ComparedIdentity[] = [];
  const others: (IncomparableBenchmark | UnmatchedBenchmark)[] = [];
  for (const { identity } of offered.b) {
    const counterpart = before.get(identity.id);
    if (counterpart === undefined) {
      others.push({ ...identityOf(identity), status: "added" });
    } else if (!ignoreDefinitions && counterpart.definitionHash !== identity.definitionHash) {
      others.push({
        ...identityOf(identity),
        status: "incomparable",
        reason: "definition_changed",
        failedIn: null,
        message:
          `its code, its hooks or its options differ (${counterpart.definitionHash} and ${identity.definitionHash})`,
      });
    } else {
      common.push(identityOf(identity));
    }
  }
  const removed = offered.a.filter(({ identity }) => !after.has(identity.id)).map(({ identity }) => identity);
  others.push(...removed.map((identity): UnmatchedBenchmark => ({ ...identityOf(identity), status: "removed" })));
  return { common, others, order: [...offered.b.map(({ identity }) => identity.id), ...removed.map(({ id }) => id)] };
}

function identityOf({ id, suite, name, params }: ComparedIdentity): ComparedIdentity {
  return { id, suite, name, params };
}
