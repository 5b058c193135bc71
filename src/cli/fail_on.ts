/**
 * What a comparison's exit code tells, and which outcomes it tells about.
 *
 * @module
 */

import type { Comparison } from "../compare/comparison.ts";
import { countOutcomes } from "../report/comparison/outcome.ts";
import { EXIT_CODE, type ExitCode } from "./exit_code.ts";

/** What `--fail-on` can name. */
export const FAIL_ON: readonly [FailOn, ...FailOn[]] = ["slower", "failed", "removed", "inconclusive"];

/** An outcome that can end the program with another code than 0. */
export type FailOn = "slower" | "failed" | "removed" | "inconclusive";

/** What counts without `--fail-on`: a benchmark that became slower, or fails now and did not before. */
export const DEFAULT_FAIL_ON: readonly FailOn[] = ["slower", "failed"];

/**
 * The exit code of a comparison: 1 if something came out that `failOn` names; else 2 if no benchmark at all could be compared,
 * so that a gate whose benchmarks were all renamed is not green, unless nothing counts; else 3 if something is inconclusive and
 * `failOn` names that; else 0.
 */
export function comparisonExitCode(comparison: Comparison, failOn: readonly FailOn[]): ExitCode {
  const counts = countOutcomes(comparison);
  const counted = failOn.filter((outcome) => counts[outcome] > 0);
  if (counted.some((outcome) => outcome !== "inconclusive")) return EXIT_CODE.regression;
  if (failOn.length > 0 && !isAnythingCompared(comparison)) return EXIT_CODE.usage;
  return counted.length > 0 ? EXIT_CODE.inconclusive : EXIT_CODE.done;
}

/** Whether at least one benchmark has a verdict. */
export function isAnythingCompared({ benchmarks }: Pick<Comparison, "benchmarks">): boolean {
  return benchmarks.some(({ status }) => status === "compared");
}
