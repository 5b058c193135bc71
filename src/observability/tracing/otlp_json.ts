/**
 * Spans as OTLP's JSON.
 * See https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: ids in hexadecimal, 64-bit numbers as text, enums as numbers.
 *
 * @module
 */

import type { Attributes, HrTime, Link } from "@opentelemetry/api";
import type { InstrumentationScope, ReadableSpan, ResourceView, TimedEvent } from "./readable_span.ts";

/** Of `flags`: it is known whether the parent is remote; it is. */
const HAS_IS_REMOTE = 0x100, IS_REMOTE = 0x200;

/** The text of an `ExportTraceServiceRequest`. */
export function otlpJson(spans: readonly ReadableSpan[]): string {
  const resourceSpans: unknown[] = [];
  for (const [resource, ofResource] of Map.groupBy(spans, (span) => span.resource)) {
    const scopeSpans: unknown[] = [];
    for (const [scope, ofScope] of Map.groupBy(ofResource, (span) => span.instrumentationScope)) {
      scopeSpans.push({ scope: scopeOf(scope), spans: ofScope.map(spanOf), schemaUrl: scope.schemaUrl });
    }
    resourceSpans.push({ resource: resourceOf(resource), scopeSpans, schemaUrl: resource.schemaUrl });
  }
  return JSON.stringify({ resourceSpans });
}

function resourceOf({ attributes }: ResourceView): unknown {
  return { attributes: attributesOf(attributes), droppedAttributesCount: 0 };
}

function scopeOf({ name, version }: InstrumentationScope): unknown {
  return { name, version };
}

function spanOf(span: ReadableSpan): unknown {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext(), parent = span.parentSpanContext;
  return {
    traceId,
    spanId,
    traceState: traceState?.serialize(),
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
  const { traceId, spanId, traceFlags, traceState, isRemote } = context;
  return {
    traceId,
    spanId,
    traceState: traceState?.serialize(),
    attributes: attributesOf(attributes),
    droppedAttributesCount,
    flags: flagsOf(traceFlags, isRemote),
  };
}

function flagsOf(traceFlags: number, isRemote: boolean | undefined): number {
  return traceFlags & 0xff | HAS_IS_REMOTE | (isRemote === true ? IS_REMOTE : 0);
}

function nanosOf([seconds, nanos]: HrTime): string {
  return seconds === 0 ? String(nanos) : `${seconds}${String(nanos).padStart(9, "0")}`;
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
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? { intValue: String(value) }
        : { doubleValue: doubleOf(value) };
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
