/**
 * The journal of a run: everything it has found out, a line of JSON each, so that a run that is killed can be resumed.
 *
 * @module
 */

import { closeLocked } from "../close_locked.ts";
import { z } from "zod";
import type { Settings } from "../document.ts";
import { settingsSchema } from "../document_schema.ts";
import { MeasureError } from "../measure_error.ts";
import { systemReason } from "../system_reason.ts";
import { type FindingRecord, recordSchema } from "./findings.ts";

const headerSchema = z.strictObject({
  type: z.literal("header"),
  format: z.literal("puffin-bench/journal"),
  version: z.literal(1),
  runId: z.string().min(1),
  startedAt: z.iso.datetime(),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  planHash: z.string(),
  fingerprint: z.string(),
  settings: settingsSchema,
});

/** What a journal says about its run. */
export type JournalHeader = Omit<z.infer<typeof headerSchema>, "type" | "format" | "version">;

/** How a journal is opened. */
export interface JournalOptions {
  /** Where it is. */
  readonly path: string;
  /** The run that is about to begin. */
  readonly header: JournalHeader;
  /** Whether to go on with what the journal holds, if there is one. */
  readonly resume: boolean;
  /** Is told, once, why the journal cannot be kept; the run goes on without. */
  onTrouble(reason: string): void;
}

/** An open journal. */
export class Journal {
  /** The run that it is of: when resumed, the one that began it. */
  readonly header: JournalHeader;
  /** What it held when it was opened. */
  readonly records: readonly FindingRecord[];
  readonly #options: JournalOptions;
  #file: Deno.FsFile | undefined;

  private constructor(
    options: JournalOptions,
    state: { file: Deno.FsFile | undefined; header: JournalHeader; records: readonly FindingRecord[] },
  ) {
    this.#options = options;
    this.#file = state.file;
    this.header = state.header;
    this.records = state.records;
  }

  /**
   * Opens the journal. A file that another run is writing to is left alone, and nothing is kept.
   *
   * @throws {MeasureError} If the journal that is to be resumed is of another run, or is none.
   */
  static async open(options: JournalOptions): Promise<Journal> {
    const nothing = { header: options.header, records: [] };
    let file: Deno.FsFile | undefined;
    try {
      file = await Deno.open(options.path, { read: true, write: true, create: true });
      if (!await file.tryLock(true)) {
        file.close();
        options.onTrouble("another run is writing to it");
        return new Journal(options, { ...nothing, file: undefined });
      }
      const kept = options.resume ? await readKept(file, options) : undefined;
      await file.truncate(kept?.length ?? 0);
      await file.seek(0, Deno.SeekMode.End);
      const journal = new Journal(options, { ...(kept ?? nothing), file });
      if (kept === undefined) await journal.#write(headerLine(options.header));
      return journal;
    } catch (error) {
      if (error instanceof MeasureError) {
        if (file !== undefined) closeLocked(file);
        throw error;
      }
      const journal = new Journal(options, { ...nothing, file });
      journal.#abandon(error);
      return journal;
    }
  }

  /** Appends a record, and has it on the disk when the promise settles. Never fails: trouble is told, and the run goes on. */
  async append(record: FindingRecord): Promise<void> {
    if (this.#file === undefined) return;
    try {
      await this.#write(JSON.stringify(record) + "\n");
    } catch (error) {
      this.#abandon(error);
    }
  }

  /** Closes the journal, and removes it if the run is complete. */
  async close({ remove }: { readonly remove: boolean }): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    if (remove) await Deno.remove(this.#options.path).catch(() => {}); // gone is gone
    closeLocked(file);
  }

  async #write(line: string): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    const bytes = new TextEncoder().encode(line);
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
    await file.syncData();
  }

  #abandon(error: unknown): void {
    if (this.#file !== undefined) closeLocked(this.#file);
    this.#file = undefined;
    this.#options.onTrouble(systemReason(error));
  }
}

function headerLine(header: JournalHeader): string {
  return JSON.stringify({ type: "header", format: "puffin-bench/journal", version: 1, ...header }) + "\n";
}

/** What a journal holds that goes on; undefined if it is empty. `length` is that of its whole lines, in bytes. */
async function readKept(
  file: Deno.FsFile,
  { path, header }: JournalOptions,
): Promise<KeptJournal | undefined> {
  return parseJournal(await readText(file), path, (kept) => requireSameRun(kept, header, path));
}

/** What a journal holds, as far as its lines are whole. */
export interface KeptJournal {
  /** The run that it is of. */
  readonly header: JournalHeader;
  /** In the order in which they were written. */
  readonly records: readonly FindingRecord[];
  /** Bytes of its whole lines. */
  readonly length: number;
}

/**
 * Reads a journal; undefined without a whole line.
 *
 * @param path Where it came from, for messages.
 * @param accept Throws if the journal is of another run, whose records may be of another form.
 * @throws {MeasureError} If a whole line is not what it should be.
 */
export function parseJournal(
  text: string,
  path: string,
  accept: (header: JournalHeader) => void,
): KeptJournal | undefined {
  // A line that is torn, since the run was killed while it wrote, is the last one and has no end.
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const [first, ...rest] = whole.split("\n").slice(0, -1);
  if (first === undefined) return undefined;
  const { runId, startedAt, tool, planHash, fingerprint, settings } = parseLine(headerSchema, first, { path, line: 1 });
  const header: JournalHeader = { runId, startedAt, tool, planHash, fingerprint, settings };
  accept(header);
  return {
    header,
    records: rest.map((line, index) => parseLine(recordSchema, line, { path, line: index + 2 })),
    length: new TextEncoder().encode(whole).length,
  };
}

async function readText(file: Deno.FsFile): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(65_536);
  let text = "";
  for (;;) {
    const length = await file.read(buffer);
    if (length === null) return text + decoder.decode();
    text += decoder.decode(buffer.subarray(0, length), { stream: true });
  }
}

function parseLine<Value>(schema: z.ZodType<Value>, line: string, at: { path: string; line: number }): Value {
  let reason: string;
  try {
    const parsed = schema.safeParse(JSON.parse(line));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    reason = `${issue?.path.join(".") || "the line"}: ${issue?.message ?? "not valid"}`;
  } catch {
    reason = "not JSON";
  }
  throw new MeasureError(
    "journal_invalid",
    `Cannot resume from ${
      JSON.stringify(at.path)
    }: line ${at.line}: ${reason}; remove the file or start without resuming`,
  );
}

/** The seed may differ: a run draws one if none is given, and a resumed run goes on with the journal's. */
function requireSameRun(kept: JournalHeader, wanted: JournalHeader, path: string): void {
  const differences: string[] = [];
  const compare = (name: string, before: unknown, now: unknown) => {
    if (before !== now) differences.push(`${name} was ${JSON.stringify(before)} and is ${JSON.stringify(now)}`);
  };
  const names = Object.keys(settingsOf(wanted.settings));
  for (const name of names) compare(name, Reflect.get(kept.settings, name), Reflect.get(wanted.settings, name));
  compare("the version", kept.tool.version, wanted.tool.version);
  if (kept.planHash !== wanted.planHash) differences.push("the benchmarks have changed");
  if (kept.fingerprint !== wanted.fingerprint) differences.push("the host or its runtime has changed");
  if (differences.length === 0) return;
  throw new MeasureError(
    "journal_mismatch",
    `Cannot resume from ${JSON.stringify(path)}: ${
      differences.join(", ")
    }; use the same options or start without resuming`,
  );
}

function settingsOf({ seed: _, ...settings }: Settings): Omit<Settings, "seed"> {
  return settings;
}
