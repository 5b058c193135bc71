/**
 * What a span takes.
 *
 * @module
 */

import type { Attributes } from "@opentelemetry/api";
import type { ReadableSpan } from "./readable_span.ts";

const SPAN_BYTES = 300, ENTRY_BYTES = 48;

/** Bytes that a span takes in memory, to within a factor of two or so: objects by the piece, texts by their length. */
export function roughSize(span: ReadableSpan): number {
  let bytes = SPAN_BYTES + 2 * span.name.length + sizeOf(span.attributes);
  for (const { name, attributes } of span.events) bytes += 2 * ENTRY_BYTES + 2 * name.length + sizeOf(attributes);
  for (const { attributes } of span.links) bytes += 4 * ENTRY_BYTES + sizeOf(attributes);
  return bytes;
}

function sizeOf(attributes: Attributes | undefined): number {
  let bytes = 0;
  for (const name in attributes) bytes += ENTRY_BYTES + 2 * name.length + sizeOfValue(attributes[name]);
  return bytes;
}

function sizeOfValue(value: unknown): number {
  if (typeof value === "string") return 2 * value.length;
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, item) => sum + ENTRY_BYTES + sizeOfValue(item), 0);
}
