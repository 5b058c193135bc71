/**
 * Runs git.
 *
 * @module
 */

import { UsageError } from "../usage_error.ts";

/** What git answered: all that it printed, and whether it succeeded. */
export interface GitAnswer {
  /** Whether it succeeded. */
  readonly success: boolean;
  /** Its stdout, without white space around it. */
  readonly stdout: string;
  /** The last line that it complained of. */
  readonly complaint: string;
}

/**
 * Runs git in a folder, without hooks, prompts or file watchers: of a repository only its files are wanted.
 *
 * @throws {UsageError} If there is no git. The signal's reason, if it is aborted; git is killed then.
 */
export async function git(args: readonly string[], cwd: string, signal?: AbortSignal): Promise<GitAnswer> {
  signal?.throwIfAborted();
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command("git", {
      args: ["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", ...args],
      cwd,
      env: { GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      ...(signal === undefined ? {} : { signal }),
    }).output();
  } catch (cause) {
    throw new UsageError("Cannot look for revisions: there is no git on the PATH; install it, or compare two files", {
      cause,
    });
  }
  signal?.throwIfAborted();
  const decoder = new TextDecoder();
  const complaints = decoder.decode(output.stderr).trim().split("\n");
  return {
    success: output.success,
    stdout: decoder.decode(output.stdout).trim(),
    complaint: (complaints.at(-1) ?? "").replace(/^(fatal|error): /, ""),
  };
}

/** A checkout: a folder that git knows. */
export interface Checkout {
  /** Its top folder. */
  readonly root: string;
  /** Where the current folder lies in it, with a slash at its end; empty for the top folder itself. */
  readonly prefix: string;
}

/** The checkout around a folder; null outside of one. */
export async function findCheckout(cwd: string, signal?: AbortSignal): Promise<Checkout | null> {
  const { success, stdout } = await git(["rev-parse", "--show-toplevel", "--show-prefix"], cwd, signal);
  if (!success) return null;
  const [root = "", prefix = ""] = stdout.split("\n");
  return root === "" ? null : { root, prefix };
}

/** The commit that a revision names; null if it names none. */
export async function findCommit(revision: string, cwd: string, signal?: AbortSignal): Promise<string | null> {
  if (revision.startsWith("-")) return null; // git would take it for an option
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`];
  const { success, stdout } = await git(args, cwd, signal);
  return success && /^[0-9a-f]{40,64}$/.test(stdout) ? stdout : null;
}
