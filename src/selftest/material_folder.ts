/**
 * A folder that keeps what was measured, so that measuring can go on later and the analysis can be repeated.
 *
 * @module
 */

import { basename, join } from "node:path";
import { z } from "zod";
import { fromDocument } from "../compare/document_run.ts";
import { PuffinError } from "../errors.ts";
import { writeAtomically } from "../measure/atomic_write.ts";
import type { ResultDocument } from "../measure/document.ts";
import { readDocument, writeDocument } from "../measure/document_file.ts";
import { type Condition, CONDITIONS, type MaterialPair, materialPairSchema } from "./material.ts";
import type { MaterialDocument } from "./stored_documents.ts";

/** Thrown when a folder of material holds something else. */
export class MaterialError extends PuffinError {
  /** Stable across releases. */
  override readonly code = "broken_material";
}

/** Under which circumstances material is measured: only what has the same can be analysed together. */
export interface MaterialCircumstances {
  /** Fingerprint of the host. */
  readonly host: string;
  /** Whether as `--quick` does. */
  readonly quick: boolean;
  /** Regular expression of the ids; null for all. */
  readonly filter: string | null;
}

const circumstancesSchema: z.ZodType<MaterialCircumstances> = z.strictObject({
  host: z.string(),
  quick: z.boolean(),
  filter: z.string().nullable(),
});

const CIRCUMSTANCES_FILE = "circumstances.json";
const PAIRS_FILE = "pairs.jsonl";
const DOCUMENT_FILE = /^document_(\d{4})_(quiet|busy|on_off)\.json$/;

/** A kept document, and how long its run took. */
export interface KeptDocument extends MaterialDocument {
  /** Milliseconds. */
  readonly durationMs: number;
}

/** Pairs of processes as lines of JSON in `pairs.jsonl`, result documents in a file each. */
export class MaterialFolder {
  readonly #path: string;
  readonly #pairs: MaterialPair[];
  readonly #documents: KeptDocument[];

  private constructor(path: string, pairs: MaterialPair[], documents: KeptDocument[]) {
    this.#path = path;
    this.#pairs = pairs;
    this.#documents = documents;
  }

  /**
   * Opens a folder, which is made if it is not there, and reads what it has.
   *
   * @throws {MaterialError} If a line is no pair, other than a last one that was cut short: that one is dropped. If what is in the
   * folder was measured under other circumstances.
   * @throws {DocumentError} If a document is none.
   */
  static async open(path: string, circumstances: MaterialCircumstances): Promise<MaterialFolder> {
    await Deno.mkdir(path, { recursive: true });
    await requireSame(join(path, CIRCUMSTANCES_FILE), circumstances);
    const pairs = await readPairs(join(path, PAIRS_FILE));
    const names: string[] = [];
    for await (const { name, isFile } of Deno.readDir(path)) if (isFile && DOCUMENT_FILE.test(name)) names.push(name);
    const documents: KeptDocument[] = [];
    for (const name of names.sort()) {
      const condition = CONDITIONS.find((one) => one === DOCUMENT_FILE.exec(name)?.[2]);
      if (condition !== undefined) documents.push(keptDocument(await readDocument(join(path, name)), condition, name));
    }
    return new MaterialFolder(path, pairs, documents);
  }

  /** The pairs so far, in the order of measuring. */
  get pairs(): readonly MaterialPair[] {
    return this.#pairs;
  }

  /** The documents so far, in the order of measuring. */
  get documents(): readonly KeptDocument[] {
    return this.#documents;
  }

  /** Keeps a pair. */
  async addPair(pair: MaterialPair): Promise<void> {
    await Deno.writeTextFile(join(this.#path, PAIRS_FILE), JSON.stringify(pair) + "\n", { append: true });
    this.#pairs.push(pair);
  }

  /** Keeps a document. */
  async addDocument(document: ResultDocument, condition: Condition): Promise<void> {
    const name = `document_${String(this.#documents.length + 1).padStart(4, "0")}_${condition}.json`;
    await writeDocument(join(this.#path, name), document);
    this.#documents.push(keptDocument(document, condition, name));
  }
}

function keptDocument(document: ResultDocument, condition: Condition, name: string): KeptDocument {
  return { condition, run: fromDocument(document, name), durationMs: document.run.durationMs };
}

/** Writes the circumstances down, or holds them against those that are written. */
async function requireSame(path: string, circumstances: MaterialCircumstances): Promise<void> {
  const text = await textOf(path);
  if (text === null) return await writeAtomically(path, JSON.stringify(circumstances) + "\n");
  const parsed = circumstancesSchema.safeParse(jsonOf(text));
  const differing = (["host", "quick", "filter"] as const).find((field) =>
    parsed.data?.[field] !== circumstances[field]
  );
  if (differing === undefined) return;
  const found = parsed.success ? `${differing} was ${JSON.stringify(parsed.data[differing])}` : "it is damaged";
  throw new MaterialError(
    `Cannot go on with the material beside ${JSON.stringify(path)}: ${found}, now it is ` +
      `${JSON.stringify(circumstances[differing])}; measure into another folder`,
  );
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function readPairs(path: string): Promise<MaterialPair[]> {
  const text = await textOf(path) ?? "";
  const end = text.lastIndexOf("\n") + 1;
  // What was being written when the last run was killed is half a line; the next one must not be appended to it.
  if (end < text.length) await Deno.truncate(path, new TextEncoder().encode(text.slice(0, end)).length);
  return text.slice(0, end).split("\n").filter((line) => line !== "").map((line, index) =>
    parsePair(line, index, path)
  );
}

function parsePair(line: string, index: number, path: string): MaterialPair {
  const parsed = materialPairSchema.safeParse(jsonOf(line));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue === undefined || issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  throw new MaterialError(
    `Cannot read ${JSON.stringify(basename(path))}: line ${index + 1}: ${field}${
      issue?.message ?? "no pair of processes"
    }; ` +
      "remove the line, or measure into another folder",
  );
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
