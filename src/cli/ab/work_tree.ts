/**
 * A revision's files in a temporary folder.
 *
 * @module
 */

import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { systemReason } from "../../measure/system_reason.ts";
import { quote, UsageError } from "../usage_error.ts";
import { git } from "./git.ts";

/** Starts the names of the temporary folders. */
const PREFIX = "puffin-bench-ab-";

/** The file in such a folder that is locked as long as its owner lives: the system gives the lock up however that ends. */
const LOCK = "lock";

/**
 * A work tree of a checkout. It goes when it is disposed of, and also when the process ends by itself in the middle of something.
 * What a process that was killed has left goes when the next one is made of the same checkout.
 */
export class WorkTree implements AsyncDisposable {
  /** Its folder. */
  readonly path: string;
  readonly #folder: string;
  readonly #root: string;
  #lock: Deno.FsFile | undefined;
  readonly #onUnload = () => {
    removeSync(this.path);
    try {
      new Deno.Command("git", { args: removal(this.path), cwd: this.#root, stdout: "null", stderr: "null" })
        .outputSync();
    } catch {
      // the next one of this checkout takes it away
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
    await removeAbandoned(root, signal);
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
      tree.#lock = await lock(folder, { create: true });
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
    await remove(this.path, this.#root);
    this.#lock?.close();
    this.#lock = undefined;
  }
}

/** Removes the work trees whose owner was killed. */
async function removeAbandoned(root: string, signal: AbortSignal | undefined): Promise<void> {
  const { stdout } = await git(["worktree", "list", "--porcelain"], root, signal);
  for (const [, path = ""] of stdout.matchAll(/^worktree (.+)$/gm)) {
    if (!basename(dirname(path)).startsWith(PREFIX)) continue;
    const abandoned = await lock(dirname(path), { create: false });
    if (abandoned === undefined) continue;
    await remove(path, root);
    abandoned.close();
  }
}

/** Locks a temporary folder; undefined if it is another's, or cannot be told. */
async function lock(folder: string, { create }: { readonly create: boolean }): Promise<Deno.FsFile | undefined> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(join(folder, LOCK), { read: true, write: true, createNew: create });
  } catch {
    return undefined;
  }
  const isOurs = await file.tryLock(true).catch(() => false); // there are file systems without locks
  if (isOurs) return file;
  file.close();
  return undefined;
}

/** Removes a work tree and the temporary folder around it. */
async function remove(path: string, root: string): Promise<void> {
  removeSync(path);
  await git(removal(path), root).catch(() => {});
  removeSync(dirname(path));
}

/**
 * Makes git forget a work tree whose files are gone, and no other: `git worktree prune` would also forget those of its user that
 * lie on a disk which is not mounted. Forced twice, since one that is half made is locked.
 */
function removal(path: string): string[] {
  return ["worktree", "remove", "--force", "--force", path];
}

function removeSync(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // it is gone
  }
}
