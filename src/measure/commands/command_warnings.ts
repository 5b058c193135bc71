/**
 * What a reader should know of a run of commands, besides what is said of any run.
 *
 * @module
 */

import type { Warning } from "../document.ts";

/** Another run goes on at the same time. */
export function anotherRun(pid: number): Warning {
  const message = `another puffin-bench (process ${pid}) measures on this host; let one finish before the other starts`;
  return { code: "another_run", message, benchmarkId: null };
}

/** Nobody tells what processes use. */
export function unknownUsage(reason: string): Warning {
  const message = `user and system time and memory of the commands are unknown: ${reason}; measure on Linux for them`;
  return { code: "process_usage_unknown", message, benchmarkId: null };
}

/** Runs that ended with another code than 0 count. */
export function ignoredFailures(id: string, codes: readonly number[]): Warning {
  const message =
    `runs of it ended with exit code ${codes.join(", ")}, which --ignore-failure lets count; see what it says ` +
    "with --show-output";
  return { code: "exit_codes", message, benchmarkId: id };
}
