/**
 * The baseline of a folder of results, and every earlier one.
 *
 * `baseline.json` is the run itself, or an index of several. `baselines/` keeps a copy of every run that ever was, or was part
 * of, a baseline, by the time it was measured and a hash of its content: what replaces a baseline never loses one.
 *
 * @module
 */

import { closeLocked } from "../measure/close_locked.ts";
import { createHash } from "node:crypto";
import { basename, extname, join } from "node:path";
import { writeAtomically } from "../measure/atomic_write.ts";
import { quote } from "../measure/document_error.ts";
import { systemReason } from "../measure/system_reason.ts";
import { baselineIndex, HISTORY_FOLDER, parseBaselineIndex, readRuns } from "./baseline_index.ts";
import { BASELINE_FILE } from "./compare_sides.ts";
import { exists } from "./result_files.ts";
import { UsageError } from "./usage_error.ts";

/** A file of the history. */
export interface KeptBaseline {
  /** Its path. */
  readonly path: string;
  /** When its run began, as ISO 8601 without punctuation: what its name begins with. */
  readonly stamp: string;
}

/** What `baseline.json` held when somebody was asked whether to replace it. */
export interface PresentBaseline {
  /** Its path. */
  readonly path: string;
  /** Hash of its content. */
  readonly hash: string;
}

/** The baseline of one folder of results. */
export class BaselineStore {
  readonly #folder: string;
  /** Path of `baseline.json`. */
  readonly path: string;

  /** Looks at nothing yet. */
  constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, BASELINE_FILE);
  }

  /** The present baseline; undefined if there is none. */
  async present(): Promise<PresentBaseline | undefined> {
    if (!await exists(this.path)) return undefined;
    try {
      return { path: this.path, hash: hashOf(await Deno.readFile(this.path)) };
    } catch (error) {
      throw new UsageError(`Cannot read ${quote(this.path)}: ${systemReason(error)}; check the file`, { cause: error });
    }
  }

  /** What replacing by these files would write: the bytes of the only one, or an index. */
  async prepare(files: readonly string[]): Promise<PreparedBaseline> {
    const runs: KeptRun[] = [];
    for (const file of files) {
      for (const { source, startedAt } of await readRuns(file)) {
        const bytes = await Deno.readFile(source);
        const name = nameOf(source, startedAt, bytes);
        if (!runs.some((run) => run.name === name)) runs.push({ name, bytes });
      }
    }
    const [first, ...others] = runs;
    const bytes = first !== undefined && others.length === 0
      ? first.bytes
      : new TextEncoder().encode(baselineIndex(runs.map(({ name }) => `${HISTORY_FOLDER}/${name}`)));
    return { runs, bytes, hash: hashOf(bytes) };
  }

  /**
   * Makes `next` the baseline, and keeps the one that it replaces. Whoever reads `baseline.json` meanwhile sees the old one or
   * the new one; a failure leaves the old one.
   *
   * @param expected What was there when the user decided: if something else is there now, nothing is replaced.
   * @throws {UsageError} If the folder cannot be written to, or another program is changing the baseline.
   */
  async replace(next: PreparedBaseline, expected: PresentBaseline | undefined): Promise<void> {
    const history = join(this.#folder, HISTORY_FOLDER);
    try {
      await Deno.mkdir(history, { recursive: true });
      using lock = await lockOf(join(history, ".lock"));
      if (!lock.isHeld || (await this.present())?.hash !== expected?.hash) throw this.#changed();
      if (expected !== undefined) await this.#keepPresent(history);
      for (const { name, bytes } of next.runs) await writeOnce(join(history, name), bytes);
      await writeAtomically(this.path, next.bytes);
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(
        `Cannot write ${quote(this.path)}: ${systemReason(error)}; choose another --output-dir or make room`,
        { cause: error },
      );
    }
  }

  /** The runs that ever were a baseline, the newest first. */
  async history(): Promise<readonly KeptBaseline[]> {
    const kept: KeptBaseline[] = [];
    const folder = join(this.#folder, HISTORY_FOLDER);
    try {
      for await (const { name, isFile } of Deno.readDir(folder)) {
        const stamp = isFile ? KEPT.exec(name)?.[1] : undefined;
        if (stamp !== undefined) kept.push({ path: join(folder, name), stamp });
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        throw new UsageError(`Cannot list ${quote(folder)}: ${systemReason(error)}; check the folder`, {
          cause: error,
        });
      }
    }
    return kept.toSorted((a, b) => a.stamp < b.stamp ? 1 : a.stamp > b.stamp ? -1 : a.path < b.path ? -1 : 1);
  }

  /** One that was put there by hand is in no history yet; what is no run at all is kept as it is. */
  async #keepPresent(history: string): Promise<void> {
    const bytes = await Deno.readFile(this.path);
    const named = parseBaselineIndex(new TextDecoder().decode(bytes.subarray(0, MAX_INDEX_BYTES)), this.path);
    if (named === undefined) {
      const startedAt = await readRuns(this.path).then(([run]) => run?.startedAt ?? null, () => null);
      await writeOnce(join(history, nameOf(this.path, startedAt, bytes)), bytes);
      return;
    }
    const moved = named.map((name) => name.startsWith(`${HISTORY_FOLDER}/`) ? basename(name) : join("..", name));
    const index = new TextEncoder().encode(baselineIndex(moved));
    await writeOnce(
      join(history, `${stampOf(new Date().toISOString())}_${hashOf(index).slice(0, 8)}_index.json`),
      index,
    );
  }

  #changed(): UsageError {
    return new UsageError(`Cannot replace ${quote(this.path)}: another program is changing it; try again`);
  }
}

/** A run with the name that the history keeps it by. */
interface KeptRun {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is about to become the baseline. */
export interface PreparedBaseline {
  /** Its runs. */
  readonly runs: readonly KeptRun[];
  /** What `baseline.json` is going to hold. */
  readonly bytes: Uint8Array;
  /** Hash of that. */
  readonly hash: string;
}

/** An index has not a thousandth of this. */
const MAX_INDEX_BYTES = 1024 * 1024;

const KEPT = /^(\d{8}T\d{6}Z|undated)_[0-9a-f]{8}(?:_index)?\./;

function nameOf(source: string, startedAt: string | null, bytes: Uint8Array): string {
  const stamp = startedAt === null ? "undated" : stampOf(startedAt);
  const extension = /^\.[A-Za-z0-9]{1,8}$/.test(extname(source)) ? extname(source) : ".json";
  return `${stamp}_${hashOf(bytes).slice(0, 8)}${extension}`;
}

/** `20260101T000000Z`; `undated` for what is no time. */
function stampOf(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "undated" : date.toISOString().replace(/[-:]|\.\d+/g, "");
}

function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The name holds a hash of the content: a file of that name is that file. */
async function writeOnce(path: string, bytes: Uint8Array): Promise<void> {
  if (!await exists(path)) await writeAtomically(path, bytes);
}

/** The system gives the lock up when the process ends, however it ends. */
async function lockOf(path: string): Promise<Disposable & { readonly isHeld: boolean }> {
  const file = await Deno.open(path, { read: true, write: true, create: true });
  try {
    const isHeld = await file.tryLock(true);
    return { isHeld, [Symbol.dispose]: () => closeLocked(file) };
  } catch (error) {
    file.close();
    throw error;
  }
}
