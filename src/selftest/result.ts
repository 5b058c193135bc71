/**
 * What the self-test and the calibration yield.
 *
 * @module
 */

import type { Environment, Quietness } from "../measure/document_environment.ts";
import type { Dilution } from "./dilution.ts";
import type { FalseAlarms } from "./false_alarms.ts";
import type { Condition } from "./material.ts";
import type { Power } from "./power.ts";
import type { Procedure } from "./replay.ts";
import type { StoredResults } from "./stored_results.ts";

/** What the `format` field says. */
export const SELFTEST_FORMAT = "puffin-bench/selftest";

/** The version of the result. */
export const SELFTEST_VERSION = 1;

/** How `ab` fares under one load. */
export interface DuetTrust {
  /** What it was asked to do. */
  readonly procedure: Procedure;
  /** What else ran on the host. */
  readonly condition: Condition;
  /** Pairs of processes of identical code behind it. */
  readonly pairs: number;
  /** Suites of identical code. */
  readonly falseAlarms: FalseAlarms;
  /** Changes of known size. */
  readonly power: readonly Power[];
  /** The smallest change of one benchmark that is found with 95 % power: 0.05 for 5 %; null if none up to 50 % is. */
  readonly smallestChange: number | null;
}

/** How `compare` fares. */
export interface StoredTrust {
  /** What the runs are: processes of the pairs, or documents; and under which loads. */
  readonly what: string;
  /** What was found. */
  readonly results: StoredResults;
}

/** What a user of this host should ask for. */
export interface Recommendation {
  /** `--threshold` of `ab`: the least of which twice the change is found with 95 % power; null if none up to 30 % will do. */
  readonly threshold: number | null;
  /** `--budget` of `ab` that finds twice the default threshold with 95 % power, in milliseconds; null if none up to 8 min does. */
  readonly budgetMs: number | null;
  /** `--forks` of results to be stored, which finds 25 % at a threshold of 10 %; null if not even `mostForks` does. */
  readonly forks: number | null;
  /** The most forks that the measured pairs could make two runs of; null with too few pairs for any. */
  readonly mostForks: number | null;
}

/** The whole result. */
export interface SelftestResult {
  /** Always `puffin-bench/selftest`. */
  readonly format: typeof SELFTEST_FORMAT;
  /** The version of this structure. */
  readonly version: typeof SELFTEST_VERSION;
  /** The program that tested itself. */
  readonly tool: { readonly name: string; readonly version: string };
  /** When, as ISO 8601. */
  readonly createdAt: string;
  /** The host. */
  readonly environment: Environment;
  /** How quiet it was; null where it was not watched. */
  readonly quietness: Quietness | null;
  /** Seed of every random choice. */
  readonly seed: number;
  /** What `ab` does by default; recommendations are about this. */
  readonly procedure: Procedure;
  /** What was measured. */
  readonly material: readonly {
    /** What else ran. */
    readonly condition: Condition;
    /** The injected slowdown; 1 for none. */
    readonly slowdown: number;
    /** Pairs of processes. */
    readonly pairs: number;
  }[];
  /** Benchmarks of the suite. */
  readonly benchmarks: number;
  /** `ab`, under each load. */
  readonly duet: readonly DuetTrust[];
  /** What injected slowdowns read as. */
  readonly dilution: readonly Dilution[];
  /** `compare`. */
  readonly stored: readonly StoredTrust[];
  /** What to ask for on this host. */
  readonly recommendation: Recommendation;
  /** What a reader should know before trusting any of it. */
  readonly notes: readonly string[];
}
