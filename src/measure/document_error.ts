/**
 * What is thrown for a file that cannot be read or written as a result.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";

/** Why a document could not be read or written. */
export type DocumentErrorCode =
  | "document_not_found"
  | "document_unreadable"
  | "document_too_large"
  | "document_not_json"
  | "document_wrong_format"
  | "document_wrong_version"
  | "document_invalid"
  | "document_unwritable";

/** Thrown when a document cannot be read or written; the message is one line and names the file. */
export class DocumentError extends PuffinError {
  /** Which of the ways to fail it was. */
  override readonly code: DocumentErrorCode;

  /** Words the message; `options.cause` keeps the error that led to this one. */
  constructor(code: DocumentErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A path or a key as a message quotes it. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

/** Where a value is, as a person writes it: `benchmarks[2].stats.q1`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`,
    "",
  );
}

/** The own property at a path, or undefined: nothing inherited is ever found. */
export function fieldAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let here = value;
  for (const key of path) {
    if (typeof here !== "object" || here === null) return undefined;
    here = Object.getOwnPropertyDescriptor(here, key)?.value;
  }
  return here;
}

/** A value of a file as a message shows it: short, and quickly so, whatever it holds. */
export function foundValue(value: unknown): string {
  const text = value === undefined ? "missing" : outline(value, SHOWN_LEVELS);
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH - 3)}…` : text;
}

const SHOWN_LENGTH = 60;

/** Lists in lists of which more are written out; `JSON.stringify` takes minutes for a million of them. */
const SHOWN_LEVELS = 4;

/** JSON of the beginning of a value. */
function outline(value: unknown, levels: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, SHOWN_LENGTH));
  if (typeof value !== "object" || value === null) return String(value);
  const isList = Array.isArray(value);
  const parts = levels === 0 ? ["…"] : Object.keys(value).slice(0, SHOWN_LENGTH).map((key) => {
    const part = outline(fieldAt(value, [key]), levels - 1);
    return isList ? part : `${JSON.stringify(key.slice(0, SHOWN_LENGTH))}:${part}`;
  });
  return isList ? `[${parts.join(",")}]` : `{${parts.join(",")}}`;
}
