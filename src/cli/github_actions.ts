/**
 * What a comparison tells GitHub Actions besides its report: a job summary, and annotations.
 *
 * @module
 */

import type { Comparison } from "../compare/comparison.ts";
import { systemReason } from "../measure/system_reason.ts";
import { githubComparison } from "../report/comparison/github.ts";
import { boundedMarkdown, LEAST_MARKDOWN_BYTES } from "../report/comparison/markdown.ts";
import type { Output } from "./output.ts";
import type { ReadVariable } from "./read_options.ts";

/** The largest job summary of a step that GitHub takes: 1 MiB. */
const MAX_SUMMARY_BYTES = 1024 * 1024;

/**
 * In a run of GitHub Actions, appends the comparison to the step's summary, and writes its annotations to stderr unless the
 * report on stdout is made of them: the runner reads both streams, and stdout stays what the format says. Elsewhere it does
 * nothing. What goes wrong is told, and is no reason to fail.
 *
 * @param annotate Whether to write annotations.
 */
export async function tellGithub(
  comparison: Comparison,
  { stderr, env, annotate }: { readonly stderr: Output; readonly env: ReadVariable; readonly annotate: boolean },
): Promise<void> {
  if (env("GITHUB_ACTIONS") !== "true") return;
  if (annotate) stderr.writeNow(githubComparison.render(comparison, { width: 0, color: false, savedTo: [] }));
  const path = env("GITHUB_STEP_SUMMARY") ?? "";
  if (path === "") return;
  try {
    const room = MAX_SUMMARY_BYTES - await sizeOf(path);
    if (room < LEAST_MARKDOWN_BYTES) {
      stderr.writeNow("The job summary is full: the comparison is not in it\n");
      return;
    }
    await Deno.writeTextFile(path, boundedMarkdown(comparison, room - 1) + "\n", { append: true });
  } catch (error) {
    stderr.writeNow(`Cannot append to the job summary ${JSON.stringify(path)}: ${systemReason(error)}\n`);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await Deno.stat(path)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
