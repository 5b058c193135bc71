/**
 * The checkout that a run was started in.
 *
 * @module
 */

import type { Environment } from "../document_environment.ts";
import { programOutput } from "./program_output.ts";

const TIMEOUT_MS = 5_000;

/**
 * Commit, branch and state of the checkout around a directory; null outside of one, without a commit, without git, or if it
 * takes more than 5 s. Files that git does not know do not make it dirty: a run writes its own results somewhere.
 *
 * @param cwd The directory; by default the working directory.
 */
export async function readGit(cwd?: string): Promise<Environment["git"]> {
  const status = await programOutput("git", {
    // Neither a lock on the index nor a file watcher of the repository's configuration, which could be any program.
    args: [
      "--no-optional-locks",
      ...["-c", "core.fsmonitor=false"],
      ...["status", "--porcelain=v2", "--branch", "--untracked-files=no", "--ignore-submodules=dirty"],
    ],
    env: { GIT_TERMINAL_PROMPT: "0" },
    timeoutMs: TIMEOUT_MS,
    ...(cwd === undefined ? {} : { cwd }),
  });
  return status === null ? null : parseGitStatus(status);
}

/** Parses what `git status --porcelain=v2 --branch` prints; null before the first commit. */
export function parseGitStatus(text: string): Environment["git"] {
  const commit = /^# branch\.oid ([0-9a-f]{40}|[0-9a-f]{64})$/m.exec(text)?.[1];
  if (commit === undefined) return null;
  const head = /^# branch\.head (.+)$/m.exec(text)?.[1] ?? "(detached)";
  return { commit, branch: head === "(detached)" ? null : head, dirty: /^[^#\n]/m.test(text) };
}
