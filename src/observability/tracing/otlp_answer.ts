/**
 * What receivers of OTLP answer.
 *
 * @module
 */

import { readFields } from "../protobuf_fields.ts";

/** The beginning of an answer. */
export interface OtlpAnswer {
  /** Its content type, `null` if there is none. */
  readonly type: string | null;
  /** Its body, as far as it was read. */
  readonly body: Uint8Array;
}

/** Spans that a receiver has not taken of an export that it took otherwise. */
export interface PartialSuccess {
  /** How many; 0 for a mere warning. */
  readonly rejected: number;
  /** Why. */
  readonly message: string;
}

/** What an answer of success says of spans that were rejected; `undefined` if it says nothing, or nothing that can be read. */
export function partialSuccessOf(answer: OtlpAnswer): PartialSuccess | undefined {
  const [count, words] = isProtobuf(answer) ? fromProtobuf(answer.body) : fromJson(answer.body);
  const rejected = Number(isWord(count) ? count : 0), message = isWord(words) ? String(words) : "";
  if (!(rejected > 0) && message === "") return undefined;
  return { rejected: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0, message };
}

/** Why a receiver has refused an export, in its own words, of which 200 characters are kept. */
export function reasonOf(answer: OtlpAnswer): string {
  const message = isProtobuf(answer) ? readFields(answer.body)?.get(2) : undefined; // a google.rpc.Status
  return textOf(message instanceof Uint8Array ? message : answer.body).slice(0, 200);
}

function isProtobuf({ type }: OtlpAnswer): boolean {
  return type?.includes("protobuf") === true;
}

function fromProtobuf(body: Uint8Array): [unknown, unknown] {
  const partial = readFields(body)?.get(1);
  if (!(partial instanceof Uint8Array)) return [undefined, undefined];
  const fields = readFields(partial), message = fields?.get(2);
  return [fields?.get(1), message instanceof Uint8Array ? textOf(message) : undefined];
}

function fromJson(body: Uint8Array): [unknown, unknown] {
  let answer: unknown;
  try {
    answer = JSON.parse(textOf(body));
  } catch {
    return [undefined, undefined]; // empty, or a page for people
  }
  const partial = propertyOf(answer, "partialSuccess");
  return [propertyOf(partial, "rejectedSpans"), propertyOf(partial, "errorMessage")];
}

/** Whatever else a receiver sends may throw when it is made a number or a text. */
function isWord(value: unknown): value is string | number | bigint {
  return typeof value === "string" || typeof value === "number" || typeof value === "bigint";
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
