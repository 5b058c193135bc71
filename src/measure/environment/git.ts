/** The checkout that a run was started in. @module */

import type { Environment } from "../document.ts";

/** Commit, branch and state of the checkout around the working directory; null outside of one. */
export async function readGit(timeoutMs = 5_000): Promise<Environment["git"]> {
  if (Deno.permissions.querySync({ name: "run", command: "git" }).state !== "granted") return null;
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeoutMs);
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args: ["-c", "core.fsmonitor=false", "status", "--porcelain=v2", "--branch", "--untracked-files=no"],
      env: { GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      signal: abort.signal,
    }).output();
    return success ? parseGitStatus(new TextDecoder().decode(stdout)) : null;
  } catch {
    return null; // no git on this machine, or it was too slow
  } finally {
    clearTimeout(timer);
  }
}

/** Parses what `git status --porcelain=v2 --branch` prints; null without a commit. */
export function parseGitStatus(text: string): Environment["git"] {
  const commit = /^# branch\.oid ([0-9a-f]{40,64})$/m.exec(text)?.[1];
  if (commit === undefined) return null;
  const branch = /^# branch\.head (.+)$/m.exec(text)?.[1];
  return {
    commit,
    branch: branch === undefined || branch === "(detached)" ? null : branch,
    dirty: /^[^#\n]/m.test(text),
  };
}
