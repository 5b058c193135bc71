/**
 * Traces across processes.
 *
 * @module
 */

import {
  type Context,
  isSpanContextValid,
  type SpanContext,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from "@opentelemetry/api";
import { hexOfByte } from "./hex.ts";
import { isSuppressed } from "./span_scope.ts";
import { TraceStateList, trimBlanks } from "./trace_state_list.ts";

const TRACEPARENT = "traceparent", TRACESTATE = "tracestate";
/** Of version 00; later ones may only be longer. */
const LENGTH = 55;
/** Longer ones are not read: no version is known that needs so much. */
const MAX_LENGTH = 1024, MAX_HEADERS = 64;
const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const ZEROES = /^0+$/;
/** Sampled, and random; a participant must not pass on flags that it does not know. */
const KNOWN_FLAGS = 0b11;

/**
 * Passes a span's ids on in the headers `traceparent` and `tracestate` of W3C's trace context
 * (https://www.w3.org/TR/trace-context/). What is not as the specification says is ignored; no header makes it throw, or
 * work for longer than its first kilobytes take.
 */
export class TraceContextPropagator implements TextMapPropagator {
  /** Writes the headers of the context's span, if it has a valid one. */
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpanContext(context);
    if (span === undefined || !isSpanContextValid(span) || isSuppressed(context)) return;
    const flags = hexOfByte(span.traceFlags & KNOWN_FLAGS);
    setter.set(carrier, TRACEPARENT, `00-${span.traceId}-${span.spanId}-${flags}`);
    const state = span.traceState?.serialize() ?? "";
    if (state !== "") setter.set(carrier, TRACESTATE, state);
  }

  /** A context with the span that the headers tell of; the same context if they tell of none. */
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const span = parseTraceparent(single(getter.get(carrier, TRACEPARENT)));
    if (span === undefined) return context;
    const traceState = TraceStateList.parse(joined(getter.get(carrier, TRACESTATE)));
    return trace.setSpanContext(context, traceState === undefined ? span : { ...span, traceState });
  }

  /** The headers. */
  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }
}

function parseTraceparent(header: string): SpanContext | undefined {
  if (header.length < LENGTH || header.length > MAX_LENGTH) return undefined;
  const text = trimBlanks(header), match = FORM.exec(text.slice(0, LENGTH));
  const [, version, traceId, spanId, flags] = match ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === "ff" || ZEROES.test(traceId) || ZEROES.test(spanId)) return undefined;
  if (text.length > LENGTH && (version === "00" || text[LENGTH] !== "-")) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & KNOWN_FLAGS, isRemote: true };
}

/** A header that may be there once only. */
function single(header: unknown): string {
  const value: unknown = Array.isArray(header) && header.length === 1 ? header[0] : header;
  return typeof value === "string" ? value : "";
}

/** A header that may be there several times; too often is never. */
export function joined(header: unknown): string {
  if (typeof header === "string") return header;
  if (!Array.isArray(header) || header.length > MAX_HEADERS) return "";
  return header.filter((part) => typeof part === "string").join(",");
}
