/**
 * `fork`: what the program starts itself as, to measure in a fresh process.
 *
 * @module
 */

import { runFork } from "../../measure/fork/fork.ts";
import type { Context } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { loadSuites } from "../suites.ts";
import { TOOL } from "../version.ts";

/** Measures what stdin asks for and tells on stdout. */
export async function runForkCommand(context: Context): Promise<ExitCode> {
  const program = { tool: TOOL, suiteNames: Object.keys(context.suites) };
  await runFork((names) => loadSuites(context.suites, names), program);
  return EXIT_CODE.done;
}
