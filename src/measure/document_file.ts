/**
 * Result documents as files: read with suspicion, written so that nobody ever sees half of one.
 *
 * @module
 */

import { DOCUMENT_FORMAT, DOCUMENT_VERSION, type ResultDocument } from "./document.ts";
import { fieldAt as field } from "./document_error.ts";
import { documentSchema } from "./document_schema.ts";
import { readInputText } from "./input_text.ts";
import { benchmarkId } from "./parameters.ts";
import { contradictionOf, derivedContradictionOf } from "./summary_contradiction.ts";
import { invalidField, type JsonKind, parseJson, requireKind, requireUsualKeys, writeJson } from "./versioned_json.ts";

export { DocumentError, type DocumentErrorCode } from "./document_error.ts";
export { MAX_DOCUMENT_BYTES } from "./input_text.ts";

/** Version 1 had no references. */
const KIND: JsonKind = { format: DOCUMENT_FORMAT, versions: [DOCUMENT_VERSION, 1], name: "a result document" };

/**
 * Parses the text of a result document.
 *
 * @param text JSON.
 * @param source Where the text came from, for messages: a file's path.
 * @throws {DocumentError} If it is not JSON, not a result document, of another version, or contradicts itself.
 */
export function parseDocument(text: string, source: string): ResultDocument {
  return documentFrom(parseJson(text, source, KIND.name), source);
}

/**
 * Takes a parsed JSON value for a result document.
 *
 * @param value What `JSON.parse` gave.
 * @param source Where it came from, for messages: a file's path.
 * @throws {DocumentError} If it is not a result document, of another version, or contradicts itself.
 */
export function documentFrom(value: unknown, source: string): ResultDocument {
  requireKind(value, source, KIND);
  requireUsualKeys(value, source);
  const parsed = documentSchema.safeParse(upgraded(value));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalidField(source, issue?.path ?? [], value, issue?.message ?? "not valid");
  }
  requireConsistency(parsed.data, source);
  return parsed.data;
}

/**
 * Reads a result document, which may be compressed with gzip.
 *
 * @throws {DocumentError} If there is no such file, it is larger than {@linkcode MAX_DOCUMENT_BYTES} (it is then not even
 * opened) or unpacks to more, or it holds anything but a valid document.
 */
export async function readDocument(path: string): Promise<ResultDocument> {
  return parseDocument(await readInputText(path), path);
}

/**
 * Writes a result document atomically: into a temporary file beside it, which then takes its place. Whoever reads the path
 * sees the old document or the new one; a failure leaves the old one and no temporary file.
 *
 * @throws {DocumentError} If the folder cannot be written to or the disk is full.
 */
export async function writeDocument(path: string, document: ResultDocument): Promise<void> {
  await writeJson(path, document);
}

/** A document of version 1 as one of version 2: it has no reference benchmarks. */
function upgraded(value: unknown): unknown {
  if (typeof value !== "object" || value === null || field(value, ["version"]) !== 1) return value;
  return { references: [], ...value, version: DOCUMENT_VERSION };
}

/**
 * What a schema cannot say: identities are unique and follow from what they identify, arrays of one fork have one length, and a
 * summary, scaling and ratios are those of its samples.
 */
function requireConsistency(document: ResultDocument, source: string): void {
  requireConsistentList(document, "benchmarks", source);
  requireConsistentList(document, "references", source);
  const wrong = derivedContradictionOf(document);
  if (wrong !== null) throw invalidField(source, wrong.path, document, wrong.message);
}

function requireConsistentList(document: ResultDocument, list: "benchmarks" | "references", source: string): void {
  const ids = new Set<string>();
  for (const [b, benchmark] of document[list].entries()) {
    const at = [list, b];
    if (ids.has(benchmark.id)) throw invalidField(source, [...at, "id"], document, "the id occurs twice");
    ids.add(benchmark.id);
    const id = benchmarkId(benchmark.suite, benchmark.name, benchmark.params);
    if (benchmark.id !== id) {
      throw invalidField(source, [...at, "id"], document, `suite, name and parameters make it ${JSON.stringify(id)}`);
    }
    if (benchmark.status === "failed") continue;
    const forks = new Set<number>();
    for (const [f, fork] of benchmark.forks.entries()) {
      const where = [...at, "forks", f];
      if (forks.has(fork.fork)) throw invalidField(source, [...where, "fork"], document, "the fork occurs twice");
      forks.add(fork.fork);
      const { wallNs, cpuNs, runQueueDelayNs, involuntarySwitches, startMs, excluded, garbageCollected, processes } =
        fork.samples;
      const lists = { cpuNs, runQueueDelayNs, involuntarySwitches, startMs, ...processes };
      for (const [name, list] of Object.entries(lists)) {
        if (list === null || list.length === wallNs.length) continue;
        const message = `it has ${list.length} elements, wallNs has ${wallNs.length}`;
        throw invalidField(source, [...where, "samples", name], document, message);
      }
      const indices = [
        ...excluded.map(({ index }, e) => ({ index, path: ["excluded", e, "index"] })),
        ...(garbageCollected ?? []).map((index, g) => ({ index, path: ["garbageCollected", g] })),
      ];
      for (const { index, path } of indices) {
        if (index < wallNs.length) continue;
        const message = `there are ${wallNs.length} samples`;
        throw invalidField(source, [...where, "samples", ...path], document, message);
      }
    }
    const wrong = contradictionOf(benchmark, document.settings.seed);
    if (wrong !== null) throw invalidField(source, [...at, ...wrong.path], document, wrong.message);
  }
}
