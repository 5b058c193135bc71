/**
 * Why a process did not do what it was asked for, as the failure of what it worked on.
 *
 * @module
 */

import type { FailedBenchmark } from "../document.ts";
import { filePath } from "../file_path.ts";
import type { ForkEnd } from "./supervisor.ts";

/** Where the program's own modules are, which are no place of a user's fault. */
const PROGRAM = new URL("../../", import.meta.url).href;

/** How Deno ends its message for an access that was not allowed: a compiled program's would have the user compile it anew. */
const DENIED =
  /, (?:run again with the (--allow-\w+) flag|specify the required permissions during compilation using `deno compile (--allow-\w+)`)/;

/** Deno's message for an import from a bundle, of which it names the whole URL. */
const UNBUNDLED = /Import (".*?") not a dependency and not in import map from "data:[^"]*"?/;

/** V8's message for a name that a module lacks. */
const NO_EXPORT =
  /The requested module '([^']*)' does not provide an export named '([^']*)'(?: at (file:\S+?):(\d+):(\d+)$)?/;

/** A failure in a user's file, as the user needs it: with the place that its stack leads to first, and with the flag that would help. */
export function inUsersTerms<Failure extends { readonly message: string; readonly stack: string | null }>(
  failure: Failure,
): Failure {
  const message = failure.message
    .replace(DENIED, (_, run?: string, compiled?: string) => `; pass ${run ?? compiled}`)
    .replace(
      UNBUNDLED,
      (_, specifier: string) =>
        `Cannot import ${specifier}: the path is put together at run time, and only what is written out is bundled; write it out`,
    )
    .replace(NO_EXPORT, (whole, module: string, name: string, url?: string, line?: string, column?: string) => {
      if (!module.startsWith(PROGRAM)) return whole;
      const place = url === undefined ? "" : `, at ${filePath(url) ?? url}:${line}:${column}`;
      return `Cannot import "${name}" from the library that is built in, which exports no such name; a file of benchmarks needs ` +
        `bench, suite or BenchmarkRunner${place}`;
    });
  const frames = failure.stack?.matchAll(/^\s+at (?:.*\()?(file:[^\s)]+?):(\d+):(\d+)\)?$/gm) ?? [];
  for (const [, url = "", line, column] of frames) {
    if (url.startsWith(PROGRAM)) continue;
    // A program may put anything on its stacks, also what is no path.
    return { ...failure, message: `${message}, at ${filePath(url) ?? url}:${line}:${column}` };
  }
  return { ...failure, message };
}

/** What is told of a fork that ended before it was done. */
export function failureOf(
  end: Exclude<ForkEnd, { status: "done" | "aborted" }>,
): Omit<FailedBenchmark["failure"], "fork"> {
  switch (end.status) {
    case "broken":
      return { reason: "setup_failed", message: end.message, stack: end.stack };
    case "timed_out": {
      const message = end.benchmarkId === null
        ? `its process was not ready within ${end.timeoutMs} ms`
        : `it was not done within ${end.timeoutMs} ms; raise the timeout if it may take that long`;
      return { reason: "timed_out", message, stack: null };
    }
    case "crashed": {
      const lastWords = end.stderr.split("\n").filter((line) => line.trim() !== "").slice(-5).join(" | ");
      const message = `its process ended with ${end.exit}${lastWords === "" ? "" : `: ${lastWords}`}`;
      return { reason: "crashed", message, stack: null };
    }
  }
}
