/**
 * Result documents as files: read with suspicion, written so that nobody ever sees half of one.
 *
 * @module
 */

import { writeAtomically } from "./atomic_write.ts";
import { DOCUMENT_FORMAT, DOCUMENT_VERSION, type ResultDocument } from "./document.ts";
import { DocumentError, fieldAt as field, fieldPath, quote, shownValue as shown } from "./document_error.ts";
import { documentSchema } from "./document_schema.ts";
import { readInputText } from "./input_text.ts";
import { systemReason } from "./system_reason.ts";

export { DocumentError, type DocumentErrorCode } from "./document_error.ts";
export { MAX_DOCUMENT_BYTES } from "./input_text.ts";

/**
 * Parses the text of a result document.
 *
 * @param text JSON.
 * @param source Where the text came from, for messages: a file's path.
 * @throws {DocumentError} If it is not JSON, not a result document, of another version, or contradicts itself.
 */
export function parseDocument(text: string, source: string): ResultDocument {
  return documentFrom(parseJson(text, source), source);
}

/**
 * Takes a parsed JSON value for a result document.
 *
 * @param value What `JSON.parse` gave.
 * @param source Where it came from, for messages: a file's path.
 * @throws {DocumentError} If it is not a result document, of another version, or contradicts itself.
 */
export function documentFrom(value: unknown, source: string): ResultDocument {
  requireKind(value, source);
  const parsed = documentSchema.safeParse(upgraded(value));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(source, issue?.path ?? [], value, issue?.message ?? "not valid");
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
  try {
    await writeAtomically(path, JSON.stringify(document) + "\n");
  } catch (error) {
    throw new DocumentError(
      "document_unwritable",
      `Cannot write ${quote(path)}: ${systemReason(error)}; choose another folder or make room`,
      { cause: error },
    );
  }
}

function parseJson(text: string, source: string): unknown {
  if (text.trim() === "") {
    throw new DocumentError("document_not_json", `Cannot read ${quote(source)}: it is empty; pass a result document`);
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, "")); // editors and shells on Windows put a byte order mark there
  } catch (error) {
    const cut = text.trimStart().startsWith("{") && !text.trimEnd().endsWith("}") ? ", perhaps cut off" : "";
    throw new DocumentError(
      "document_not_json",
      `Cannot read ${quote(source)}: it is not JSON${cut} (${systemReason(error)}); pass a result document`,
      { cause: error },
    );
  }
}

function requireKind(value: unknown, source: string): void {
  const format = field(value, ["format"]);
  if (format !== DOCUMENT_FORMAT) {
    throw new DocumentError(
      "document_wrong_format",
      `Cannot read ${quote(source)}: expected "format" to be ${quote(DOCUMENT_FORMAT)}, found ${shown(format)}; ` +
        "pass a file that puffin-bench wrote",
    );
  }
  const version = field(value, ["version"]);
  if (version !== DOCUMENT_VERSION && version !== 1) {
    throw new DocumentError(
      "document_wrong_version",
      `Cannot read ${quote(source)}: expected "version" to be ${DOCUMENT_VERSION}, found ${shown(version)}; ` +
        "read it with the puffin-bench that wrote it",
    );
  }
}

/** A document of version 1 as one of version 2: it has no reference benchmarks. */
function upgraded(value: unknown): unknown {
  if (typeof value !== "object" || value === null || field(value, ["version"]) !== 1) return value;
  return { references: [], ...value, version: DOCUMENT_VERSION };
}

/** What a schema cannot say: identities are unique, and arrays of one fork have one length. */
function requireConsistency(document: ResultDocument, source: string): void {
  const ids = new Set<string>();
  for (const [b, benchmark] of document.benchmarks.entries()) {
    const at = ["benchmarks", b];
    if (ids.has(benchmark.id)) throw invalid(source, [...at, "id"], document, "the id occurs twice");
    ids.add(benchmark.id);
    if (benchmark.status === "failed") continue;
    const forks = new Set<number>();
    for (const [f, fork] of benchmark.forks.entries()) {
      const where = [...at, "forks", f];
      if (forks.has(fork.fork)) throw invalid(source, [...where, "fork"], document, "the fork occurs twice");
      forks.add(fork.fork);
      const { wallNs, cpuNs, runQueueDelayNs, involuntarySwitches, startMs, excluded } = fork.samples;
      const lists = { cpuNs, runQueueDelayNs, involuntarySwitches, startMs };
      for (const [name, list] of Object.entries(lists)) {
        if (list === null || list.length === wallNs.length) continue;
        const message = `it has ${list.length} elements, wallNs has ${wallNs.length}`;
        throw invalid(source, [...where, "samples", name], document, message);
      }
      for (const [e, { index }] of excluded.entries()) {
        if (index < wallNs.length) continue;
        const message = `there are ${wallNs.length} samples`;
        throw invalid(source, [...where, "samples", "excluded", e, "index"], document, message);
      }
    }
  }
}

function invalid(source: string, path: readonly PropertyKey[], value: unknown, message: string): DocumentError {
  const at = path.length === 0 ? "the document" : fieldPath(path);
  return new DocumentError(
    "document_invalid",
    `Cannot read ${quote(source)}: ${at} is ${shown(field(value, path))}: ${message}; pass a file that was not edited`,
  );
}
