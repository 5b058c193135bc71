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
    removeSync(this.path);
    try {
      new Deno.Command("git", { args: this.#removal, cwd: this.#root, stdout: "null", stderr: "null" }).outputSync();
    } catch {
      // git forgets it the next time that it cleans up
    }
    removeSync(this.#folder);
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

  /** Removes it, whatever state it is in. */
  async [Symbol.asyncDispose](): Promise<void> {
    globalThis.removeEventListener("unload", this.#onUnload);
    removeSync(this.path);
    await git(this.#removal, this.#root).catch(() => {});
    removeSync(this.#folder);
  }

  /**
   * Makes git forget this work tree, whose files are gone, and no other: `git worktree prune` would also forget those of its user
   * that lie on a disk which is not mounted. Forced twice, since one that is half made is locked.
   */
  get #removal(): string[] {
    return ["worktree", "remove", "--force", "--force", this.path];
  }
}

function removeSync(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // it is gone
  }
}
