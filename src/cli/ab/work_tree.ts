/**
 * A revision's files in a temporary folder.
 *
 * @module
 */

import { tmpdir } from "node:os";
import { join } from "@std/path";
import { systemReason } from "../../measure/system_reason.ts";
import { quote, UsageError } from "../usage_error.ts";
import { git } from "./git.ts";

/** Starts the names of the temporary folders. */
const PREFIX = "puffin-bench-ab-";

/**
 * A work tree of a checkout. It goes when it is disposed of, and also when the process ends by itself in the middle of something;
 * SIGKILL leaves it in the folder of temporary files, where `git worktree prune` forgets it once it is cleaned up.
 */
export class WorkTree implements AsyncDisposable {
  /** Its folder. */
  readonly path: string;
  readonly #folder: string;
  readonly #root: string;
  readonly #onUnload = () => {
    removeSync(this.#folder);
    try {
      new Deno.Command("git", { args: ["worktree", "prune"], cwd: this.#root, stdout: "null", stderr: "null" })
        .outputSync();
    } catch {
      // git forgets it the next time that it cleans up
    }
  };

  private constructor(folder: string, root: string) {
    this.#folder = folder;
    this.#root = root;
    this.path = join(folder, "tree");
    globalThis.addEventListener("unload", this.#onUnload);
  }

  /**
   * Checks a commit out.
   *
   * @param root Top folder of the checkout that has the commit.
   * @param revision What the user called it.
   * @throws {UsageError} If that fails. The signal's reason, if it is aborted. Nothing is left then.
   */
  static async make(
    root: string,
    { commit, revision }: { readonly commit: string; readonly revision: string },
    signal?: AbortSignal,
  ): Promise<WorkTree> {
    let folder: string;
    try {
      folder = await Deno.makeTempDir({ dir: tmpdir(), prefix: PREFIX });
    } catch (cause) {
      throw new UsageError(`Cannot check ${quote(revision)} out: ${systemReason(cause)}; make room in ${tmpdir()}`, {
        cause,
      });
    }
    const tree = new WorkTree(folder, root);
    try {
      const added = await git(["worktree", "add", "--detach", "--quiet", tree.path, commit], root, signal);
      if (added.success) return tree;
      throw new UsageError(`Cannot check ${quote(revision)} out: git says ${quote(added.complaint)}; see git worktree`);
    } catch (thrown) {
      await tree[Symbol.asyncDispose]();
      throw thrown;
    }
  }

  /** Removes it; what git cannot remove is removed without it, and forgotten. */
  async [Symbol.asyncDispose](): Promise<void> {
    globalThis.removeEventListener("unload", this.#onUnload);
    await git(["worktree", "remove", "--force", "--force", this.path], this.#root).catch(() => {});
    removeSync(this.#folder);
    await git(["worktree", "prune"], this.#root).catch(() => {});
  }
}

function removeSync(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // it is gone
  }
}
