/**
 * JSON files that tell their format and version: what every reader and writer of one shares.
 *
 * @module
 */

import { writeAtomically } from "./atomic_write.ts";
import { DocumentError, fieldAt, fieldPath, foundValue, quote } from "./document_error.ts";
import { systemReason } from "./system_reason.ts";
import { visibleJson } from "../visible_text.ts";

/** What a file must say that it is. */
export interface JsonKind {
  /** Its `format` field. */
  readonly format: string;
  /** The `version` fields that are read, the one that is written first. */
  readonly versions: readonly [number, ...number[]];
  /** What it is called in messages, such as `a result document`. */
  readonly name: string;
}

/**
 * Parses text that should be JSON.
 *
 * @param text With or without a byte order mark.
 * @param source Where it came from, for messages: a file's path.
 * @param name What was expected, such as `a result document`.
 * @throws {DocumentError} If it is empty or not JSON.
 */
export function parseJson(text: string, source: string, name: string): unknown {
  if (text.trim() === "") {
    throw new DocumentError("document_not_json", `Cannot read ${quote(source)}: it is empty; pass ${name}`);
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, "")); // editors and shells on Windows put a byte order mark there
  } catch (error) {
    const cut = text.trimStart().startsWith("{") && !text.trimEnd().endsWith("}") ? ", perhaps cut off" : "";
    throw new DocumentError(
      "document_not_json",
      `Cannot read ${quote(source)}: it is not JSON${cut} (${systemReason(error)}); pass ${name}`,
      { cause: error },
    );
  }
}

/**
 * Checks that a value says that it is of the kind.
 *
 * @throws {DocumentError} If it is of another format, or of a version that is not read.
 */
export function requireKind(value: unknown, source: string, { format, versions }: JsonKind): void {
  const found = { format: fieldAt(value, ["format"]), version: fieldAt(value, ["version"]) };
  if (found.format !== format) {
    throw new DocumentError(
      "document_wrong_format",
      `Cannot read ${quote(source)}: expected "format" to be ${quote(format)}, found ${foundValue(found.format)}; ` +
        "pass a file that puffin-bench wrote",
    );
  }
  if (!versions.some((version) => version === found.version)) {
    throw new DocumentError(
      "document_wrong_version",
      `Cannot read ${quote(source)}: expected "version" to be ${versions[0]}, found ${foundValue(found.version)}; ` +
        "read it with the puffin-bench that wrote it",
    );
  }
}

/**
 * Checks that no key is called `__proto__`: zod drops such a key of a record without a word, and nobody calls a parameter so.
 *
 * @throws {DocumentError} If one is; the message has its path and its value.
 */
export function requireUsualKeys(value: unknown, source: string): void {
  interface Place {
    readonly value: object;
    readonly key: PropertyKey;
    readonly parent: Place | null;
  }
  const open: Place[] = []; // no recursion: a file may be nested as deep as it likes
  const add = (child: unknown, key: PropertyKey, parent: Place | null) => {
    if (typeof child === "object" && child !== null) open.push({ value: child, key, parent });
  };
  add(value, "", null);
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (Array.isArray(place.value)) {
      for (let index = 0; index < place.value.length; index++) add(place.value[index], index, place);
      continue;
    }
    if (Object.hasOwn(place.value, "__proto__")) {
      const path: PropertyKey[] = ["__proto__"];
      for (let at = place; at.parent !== null; at = at.parent) path.unshift(at.key);
      throw invalidField(source, path, value, "no name may be that");
    }
    for (const [key, child] of Object.entries(place.value)) add(child, key, place);
  }
}

/** The error for a field that is not what it must be; the message has its path and its value. */
export function invalidField(
  source: string,
  path: readonly PropertyKey[],
  value: unknown,
  message: string,
): DocumentError {
  const at = path.length === 0 ? "the document" : fieldPath(path);
  return new DocumentError(
    "document_invalid",
    `Cannot read ${quote(source)}: ${at} is ${
      foundValue(fieldAt(value, path))
    }: ${message}; pass a file that was not edited`,
  );
}

/**
 * Writes a value as JSON atomically: into a temporary file beside it, which then takes its place. Whoever reads the path sees
 * the old file or the new one; a failure leaves the old one and no temporary file.
 *
 * @throws {DocumentError} If the folder cannot be written to or the disk is full.
 */
export async function writeJson(path: string, value: object): Promise<void> {
  try {
    await writeAtomically(path, visibleJson(value) + "\n");
  } catch (error) {
    throw new DocumentError(
      "document_unwritable",
      `Cannot write ${quote(path)}: ${systemReason(error)}; choose another folder or make room`,
      { cause: error },
    );
  }
}
