/**
 * Finds out which suites a file of the user's has, in a process of its own: what it does while it is loaded harms nobody else.
 *
 * @module
 */

import { basename } from "node:path";
import type { BenchmarkCode, ExaminedFile, OfferedSuite } from "../code.ts";
import type { Settings } from "../document.ts";
import type { ForkLauncher } from "../fork_launcher.ts";
import type { ForkRequest } from "../protocol.ts";
import { failureOf, inUsersTerms } from "./fork_failure.ts";
import { spawnBy } from "./spawn.ts";
import { supervise } from "./supervisor.ts";

/** What a file is examined with. */
export interface ExamineOptions {
  /** How to start a process that calls `runFork`. */
  readonly launcher: ForkLauncher;
  /** How it will be measured; its timeout is how long the file may take to load. */
  readonly settings: Settings;
  /** Ends it early. */
  readonly signal?: AbortSignal;
  /** Is told each line that the file prints; must not throw. */
  readonly onText?: (line: string) => void;
}

/**
 * Loads a file and tells which suites it has, or why it has none. A file that throws, exits, or is never done is no exception.
 *
 * @throws The signal's reason, if it is aborted.
 */
export async function examine(
  code: BenchmarkCode,
  { launcher, settings, signal, onText }: ExamineOptions,
): Promise<ExaminedFile> {
  signal?.throwIfAborted();
  const request: ForkRequest = {
    token: `${crypto.randomUUID()} `,
    task: "offer",
    suite: code.suite,
    fork: 0,
    seed: settings.seed,
    settings,
    slowdown: 1,
    benchmarks: [],
    code,
  };
  let offered: { readonly suites: readonly OfferedSuite[]; readonly leftOut: number } = {
    suites: [],
    leftOut: 0,
  };
  const end = await supervise(request, {
    spawn: spawnBy(launcher),
    signal,
    timeoutMs: () => settings.timeoutMs,
    onMessage: (message) => {
      if (message.type === "offered") offered = { suites: message.suites, leftOut: message.leftOut };
    },
    onText: (line) => onText?.(line),
  });
  if (end.status === "aborted") throw signal?.reason;
  if (end.status === "done") return { status: "loaded", code, ...offered };
  const failure = failureOf(end);
  const isHung = end.status === "timed_out";
  const message = isHung
    ? `it was not loaded within ${end.timeoutMs} ms: an await at its top may never settle, or a loop never end; raise the ` +
      "timeout if it may take that long"
    : end.status === "crashed"
    ? `while it was loaded ${failure.message}`
    : failure.message;
  return {
    status: "failed",
    suite: code.suite,
    name: basename(code.path),
    failure: inUsersTerms({ ...failure, message }),
  };
}
