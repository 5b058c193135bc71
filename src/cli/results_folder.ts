/**
 * The folder that a run's results are saved in.
 *
 * @module
 */

import { join } from "node:path";
import { writeAtomically } from "../measure/atomic_write.ts";
import { systemReason } from "../measure/system_reason.ts";
import { UsageError } from "./usage_error.ts";

/** One file of a run: `benchmark_<kind>_YYYYMMDD_HHMMSS.<extension>`. */
export interface ResultFile {
  /** `results` or `report`. */
  readonly kind: string;
  /** Without the dot. */
  readonly extension: string;
  /** What the file is to hold. */
  readonly text: string;
}

/** As much as a small run writes, so that a full disk is noticed before anything is measured. */
const PROBE_BYTES = 64 * 1024;

/** A folder that could be written to when the run began. */
export class ResultsFolder {
  private constructor(
    /** Its path. */
    readonly path: string,
  ) {}

  /**
   * Makes the folder if need be, and tries to write to it.
   *
   * @throws {UsageError} If that fails: there is something else at the path, no permission, no room.
   */
  static async open(path: string): Promise<ResultsFolder> {
    const probe = join(path, `.puffin-bench-${crypto.randomUUID()}`);
    try {
      await Deno.mkdir(path, { recursive: true });
      try {
        await Deno.writeFile(probe, new Uint8Array(PROBE_BYTES), { createNew: true });
      } finally {
        await Deno.remove(probe).catch(() => {}); // the first error is the one to tell; there may be nothing to remove
      }
    } catch (error) {
      throw unwritable(path, error);
    }
    return new ResultsFolder(path);
  }

  /** Where the unfinished run of a command is kept; there is one a command, and none once the run is complete. */
  journalPath(command: string): string {
    return join(this.path, `benchmark_journal_${command}.jsonl`);
  }

  /**
   * Writes the files of one run, all under one time stamp. Runs of the same second get a numbered one: no file is ever
   * replaced. A file that cannot be written here is written to the system's temporary folder, so that no measuring is lost.
   *
   * @returns The paths, in the order of `files`.
   * @throws {UsageError} If a file went elsewhere, or nowhere; the message tells where.
   */
  async save(files: readonly ResultFile[], startedAt: Date): Promise<readonly string[]> {
    let paths: readonly string[] | undefined;
    try {
      paths = await this.#claim(files, stampOf(startedAt));
      for (const [index, { text }] of files.entries()) await writeAtomically(paths[index] ?? "", text);
      return paths;
    } catch (error) {
      for (const path of paths ?? []) await removeIfEmpty(path);
      throw await this.#rescue(files, error);
    }
  }

  /** Creates all files empty, under the first stamp that is free for every one of them. */
  async #claim(files: readonly ResultFile[], stamp: string): Promise<readonly string[]> {
    for (let attempt = 1;; attempt++) {
      const suffix = attempt === 1 ? stamp : `${stamp}_${attempt}`;
      const paths = files.map(({ kind, extension }) => join(this.path, `benchmark_${kind}_${suffix}.${extension}`));
      if (await createAll(paths)) return paths;
    }
  }

  async #rescue(files: readonly ResultFile[], cause: unknown): Promise<UsageError> {
    const failure = unwritable(this.path, cause).message;
    try {
      const folder = await Deno.makeTempDir({ prefix: "puffin-bench-" });
      const saved: string[] = [];
      for (const { kind, extension, text } of files) {
        const path = join(folder, `benchmark_${kind}.${extension}`);
        await Deno.writeTextFile(path, text);
        saved.push(path);
      }
      return new UsageError(`${failure}; the results are in ${saved.join(" and ")} instead`, { cause });
    } catch {
      return new UsageError(`${failure}; the results could not be saved elsewhere either`, { cause });
    }
  }
}

/** `YYYYMMDD_HHMMSS`, in local time. */
export function stampOf(date: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}_` +
    `${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}

/** Creates every file, or none of them if one exists already. */
async function createAll(paths: readonly string[]): Promise<boolean> {
  const created: string[] = [];
  try {
    for (const path of paths) {
      (await Deno.open(path, { write: true, createNew: true })).close();
      created.push(path);
    }
    return true;
  } catch (error) {
    for (const path of created) await removeIfEmpty(path);
    if (error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
  }
}

/** Takes back what was claimed but never filled. */
async function removeIfEmpty(path: string): Promise<void> {
  try {
    if ((await Deno.stat(path)).size === 0) await Deno.remove(path);
  } catch {
    // It cannot be looked at or removed: the error that led here is the one to tell.
  }
}

function unwritable(path: string, error: unknown): UsageError {
  return new UsageError(
    `Cannot write to ${JSON.stringify(path)}: ${systemReason(error)}; choose another --output-dir or make room`,
    { cause: error },
  );
}
