/**
 * Every combination of a placement and an ordering, and what came of each.
 *
 * @module
 */

import {
  bestFit,
  dominantResourceFairness,
  fairShare,
  fifo,
  firstFit,
  type Ordering,
  type Placement,
  priority,
  roundRobin,
  weighted,
  worstFit,
} from "../../src/resources/mod.ts";
import type { Outcome } from "./ledger.ts";
import { simulate } from "./simulate.ts";
import { OWNERS, type Workload } from "./workload.ts";

/** What the bursty owner weighs where owners have weights; the others weigh 1. */
export const BURSTY_WEIGHT = 4;

/** The placements, by the names of the tables. */
export const PLACEMENTS: Readonly<Record<string, Placement>> = {
  "first fit": firstFit(),
  "best fit": bestFit(),
  "worst fit": worstFit(),
};

/** The orderings, by the names of the tables. */
export const ORDERINGS: Readonly<Record<string, Ordering>> = {
  "FIFO": fifo(),
  "priority": priority(),
  "round robin": roundRobin(),
  "fair share": fairShare(),
  "weighted": weighted({ weights: { [OWNERS[0] ?? ""]: BURSTY_WEIGHT } }),
  "dominant-resource fairness": dominantResourceFairness(),
};

/** What came of one combination. */
export interface Result {
  /** A name of {@linkcode PLACEMENTS}. */
  readonly placement: string;
  /** A name of {@linkcode ORDERINGS}. */
  readonly ordering: string;
  /** What came of it. */
  readonly outcome: Outcome;
}

/** Simulates every combination on the same workload, one after another. */
export async function* simulateAll(workload: Workload): AsyncGenerator<Result, void, void> {
  for (const [placementName, placement] of Object.entries(PLACEMENTS)) {
    for (const [orderingName, ordering] of Object.entries(ORDERINGS)) {
      const outcome = await simulate(workload, placement, ordering);
      yield { placement: placementName, ordering: orderingName, outcome };
    }
  }
}
