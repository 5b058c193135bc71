/**
 * Spans as OTLP's JSON.
 * See https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: ids in hexadecimal, 64-bit numbers as text, enums as numbers.
 *
 * @module
 */

import type { Attributes, HrTime, Link } from "@opentelemetry/api";
import { flagsOf, groupSpans, isWhole, traceStateOf, unixNanosOf } from "./otlp_fields.ts";
import type { InstrumentationScope, ReadableSpan, ResourceView, TimedEvent } from "./readable_span.ts";

/** The text of an `ExportTraceServiceRequest`. */
export function otlpJson(spans: readonly ReadableSpan[]): string {
  const resourceSpans = groupSpans(spans).map(({ resource, scopes }) => ({
    resource: resourceOf(resource),
    scopeSpans: scopes.map(({ scope, spans }) => ({
      scope: scopeOf(scope),
      spans: spans.map(spanOf),
      schemaUrl: scope.schemaUrl?.toWellFormed(),
    })),
    schemaUrl: resource.schemaUrl?.toWellFormed(),
  }));
  return JSON.stringify({ resourceSpans });
}

function resourceOf({ attributes }: ResourceView): unknown {
  return { attributes: attributesOf(attributes), droppedAttributesCount: 0 };
}

function scopeOf({ name, version }: InstrumentationScope): unknown {
  return { name: wellFormed(name), version: version?.toWellFormed() };
}

function spanOf(span: ReadableSpan): unknown {
  const context = span.spanContext(), { traceId, spanId, traceFlags } = context, parent = span.parentSpanContext;
  return {
    traceId,
    spanId,
    traceState: traceStateOf(context),
    parentSpanId: parent?.spanId,
    flags: flagsOf(traceFlags, parent?.isRemote),
    name: wellFormed(span.name),
    kind: span.kind + 1,
    startTimeUnixNano: nanosOf(span.startTime),
    endTimeUnixNano: nanosOf(span.endTime),
    attributes: attributesOf(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map(eventOf),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(linkOf),
    droppedLinksCount: span.droppedLinksCount,
    status: { code: span.status.code, message: span.status.message?.toWellFormed() },
  };
}

function eventOf({ time, name, attributes, droppedAttributesCount = 0 }: TimedEvent): unknown {
  return {
    timeUnixNano: nanosOf(time),
    name: wellFormed(name),
    attributes: attributesOf(attributes),
    droppedAttributesCount,
  };
}

function linkOf({ context, attributes, droppedAttributesCount = 0 }: Link): unknown {
  const { traceId, spanId, traceFlags, isRemote } = context;
  return {
    traceId,
    spanId,
    traceState: traceStateOf(context),
    attributes: attributesOf(attributes),
    droppedAttributesCount,
    flags: flagsOf(traceFlags, isRemote),
  };
}

/** Hot path: a time of today's is two numbers side by side. */
function nanosOf(time: HrTime): string {
  const [seconds, nanos] = time;
  return Number.isInteger(seconds) && seconds > 0 && seconds < 9e9 && Number.isInteger(nanos) && nanos >= 0 &&
      nanos < 1e9
    ? `${seconds}${String(nanos).padStart(9, "0")}`
    : String(unixNanosOf(time));
}

function attributesOf(attributes: Attributes | undefined): unknown[] {
  return Object.entries(attributes ?? {}).map(([key, value]) => ({ key: wellFormed(key), value: valueOf(value) }));
}

function valueOf(value: unknown): unknown {
  switch (typeof value) {
    case "string":
      return { stringValue: wellFormed(value) };
    case "boolean":
      return { boolValue: value };
    case "number":
      return isWhole(value) ? { intValue: String(value) } : { doubleValue: doubleOf(value) };
    case "object":
      if (value === null) return {};
      if (value instanceof Uint8Array) return { bytesValue: base64Of(value) };
      return Array.isArray(value)
        ? { arrayValue: { values: value.map(valueOf) } }
        : { kvlistValue: { values: attributesOf({ ...value }) } };
    default:
      return {};
  }
}

/** As protobuf's JSON has it: what JSON cannot say is text. */
function doubleOf(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** Half a surrogate pair cannot be written as UTF-8. */
function wellFormed(text: string): string {
  return text.toWellFormed();
}

function base64Of(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
