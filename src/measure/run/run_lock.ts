/**
 * Other runs on this host: two that measure at once disturb each other.
 *
 * @module
 */

import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A run's mark in the folder of temporary files: a file of its own, locked as long as the run lives. The system gives the
 * lock up when the process ends, however it ends, so that no mark is ever stale: whoever gets another's lock removes the file.
 */
export class RunLock {
  readonly #folder: string;
  readonly #path: string | undefined;
  readonly #file: Deno.FsFile | undefined;

  private constructor(folder: string, own: { path: string; file: Deno.FsFile } | undefined) {
    this.#folder = folder;
    this.#path = own?.path;
    this.#file = own?.file;
  }

  /** Leaves a mark in `folder`; where that cannot be done, others just do not see this run. */
  static async acquire(folder: string = tmpdir()): Promise<RunLock> {
    const path = join(folder, `${PREFIX}${Deno.pid}-${crypto.randomUUID()}${SUFFIX}`);
    try {
      const file = await Deno.open(`${path}.new`, { read: true, write: true, createNew: true });
      if (await file.tryLock(true)) {
        await Deno.rename(`${path}.new`, path); // others see it only now that it is locked
        return new RunLock(folder, { path, file });
      }
      file.close();
      await Deno.remove(`${path}.new`);
    } catch {
      // a read-only folder, or a file system without locks
    }
    return new RunLock(folder, undefined);
  }

  /** The process ids of other runs that measure now. */
  async others(): Promise<readonly number[]> {
    const pids: number[] = [];
    try {
      for await (const { name, isFile } of Deno.readDir(this.#folder)) {
        const path = join(this.#folder, name);
        const pid = isFile ? MARK.exec(name)?.[1] : undefined;
        if (pid === undefined || path === this.#path) continue;
        if (await isHeld(path)) pids.push(Number(pid));
      }
    } catch {
      // a folder that cannot be listed tells of nobody
    }
    return pids.sort((left, right) => left - right);
  }

  /** Removes the mark. */
  async release(): Promise<void> {
    if (this.#path === undefined) return;
    await Deno.remove(this.#path).catch(() => {}); // a cleaner of temporary files may have been faster
    this.#file?.close();
  }
}

const PREFIX = "puffin-bench-";
const SUFFIX = ".lock";
const MARK = /^puffin-bench-(\d+)-[0-9a-f-]+\.lock$/;

/** Whether a mark's run still lives; if not, the mark is removed. */
async function isHeld(path: string): Promise<boolean> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path, { read: true });
  } catch {
    return false; // gone meanwhile, or another user's that cannot be looked at
  }
  try {
    if (!await file.tryLock(false)) return true;
    await Deno.remove(path).catch(() => {}); // another user's cannot be removed
    return false;
  } catch {
    return false;
  } finally {
    file.close();
  }
}
