/**
 * The measuring process's side: reads one request from stdin, measures, and tells on stdout.
 *
 * @module
 */

import type { Suite } from "./definition.ts";

/** Finds suites by their names. */
export type SuiteLoader = (names: readonly string[]) => Promise<readonly Suite[]>;

/**
 * Runs as a fork of `measure`: what a program calls when it was started by a `ForkLauncher`. Returns when all is told.
 */
export async function runFork(suites: SuiteLoader): Promise<void> {
  await suites([]);
}
