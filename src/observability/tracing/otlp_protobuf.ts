/**
 * Spans as OTLP's protobuf.
 * The fields' numbers are those of https://github.com/open-telemetry/opentelemetry-proto, `trace.proto` and `common.proto`.
 *
 * @module
 */

import type { Attributes, HrTime, Link, SpanStatus } from "@opentelemetry/api";
import { ProtobufWriter } from "../protobuf_writer.ts";
import {
  flagsOf,
  groupSpans,
  isWhole,
  type ResourceGroup,
  type ScopeGroup,
  traceStateOf,
  unixNanosOf,
} from "./otlp_fields.ts";
import type { InstrumentationScope, ReadableSpan, ResourceView, TimedEvent } from "./readable_span.ts";

/** The bytes of an `ExportTraceServiceRequest`. */
export function otlpProtobuf(spans: readonly ReadableSpan[]): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter();
  for (const group of groupSpans(spans)) writer.message(1, group, writeResourceSpans);
  return writer.bytes();
}

function writeResourceSpans(writer: ProtobufWriter, { resource, scopes }: ResourceGroup): void {
  writer.message(1, resource, writeResource);
  for (const scope of scopes) writer.message(2, scope, writeScopeSpans);
  writeText(writer, 3, resource.schemaUrl);
}

function writeResource(writer: ProtobufWriter, { attributes }: ResourceView): void {
  writeAttributes(writer, 1, attributes);
}

function writeScopeSpans(writer: ProtobufWriter, { scope, spans }: ScopeGroup): void {
  writer.message(1, scope, writeScope);
  for (const span of spans) writer.message(2, span, writeSpan);
  writeText(writer, 3, scope.schemaUrl);
}

function writeScope(writer: ProtobufWriter, { name, version }: InstrumentationScope): void {
  writeText(writer, 1, name);
  writeText(writer, 2, version);
}

function writeSpan(writer: ProtobufWriter, span: ReadableSpan): void {
  const context = span.spanContext(), { traceId, spanId, traceFlags } = context, parent = span.parentSpanContext;
  writer.hex(1, traceId);
  writer.hex(2, spanId);
  writeText(writer, 3, traceStateOf(context));
  if (parent !== undefined) writer.hex(4, parent.spanId);
  writeText(writer, 5, span.name);
  writer.int(6, span.kind + 1);
  writeTime(writer, 7, span.startTime);
  writeTime(writer, 8, span.endTime);
  writeAttributes(writer, 9, span.attributes);
  writeCount(writer, 10, span.droppedAttributesCount);
  for (const event of span.events) writer.message(11, event, writeEvent);
  writeCount(writer, 12, span.droppedEventsCount);
  for (const link of span.links) writer.message(13, link, writeLink);
  writeCount(writer, 14, span.droppedLinksCount);
  writer.message(15, span.status, writeStatus);
  writer.fixed32(16, flagsOf(traceFlags, parent?.isRemote));
}

function writeEvent(writer: ProtobufWriter, { time, name, attributes, droppedAttributesCount }: TimedEvent): void {
  writeTime(writer, 1, time);
  writeText(writer, 2, name);
  writeAttributes(writer, 3, attributes);
  writeCount(writer, 4, droppedAttributesCount);
}

function writeLink(writer: ProtobufWriter, { context, attributes, droppedAttributesCount }: Link): void {
  const { traceId, spanId, traceFlags, isRemote } = context;
  writer.hex(1, traceId);
  writer.hex(2, spanId);
  writeText(writer, 3, traceStateOf(context));
  writeAttributes(writer, 4, attributes);
  writeCount(writer, 5, droppedAttributesCount);
  writer.fixed32(6, flagsOf(traceFlags, isRemote));
}

function writeStatus(writer: ProtobufWriter, { code, message }: SpanStatus): void {
  writeText(writer, 2, message);
  writeCount(writer, 3, code);
}

function writeAttributes(writer: ProtobufWriter, field: number, attributes: Attributes | undefined): void {
  for (const entry of Object.entries(attributes ?? {})) writer.message(field, entry, writeKeyValue);
}

function writeKeyValue(writer: ProtobufWriter, [key, value]: readonly [string, unknown]): void {
  writer.string(1, key);
  writer.message(2, value, writeValue);
}

/** The fields of a `oneof`, which are written even if they have their defaults; what cannot be said is an empty value. */
function writeValue(writer: ProtobufWriter, value: unknown): void {
  switch (typeof value) {
    case "string":
      return writer.string(1, value);
    case "boolean":
      return writer.int(2, value ? 1 : 0);
    case "number":
      return isWhole(value) ? writer.int(3, value) : writer.double(4, value);
    case "object":
      if (value === null) return;
      if (value instanceof Uint8Array) return writer.bytesOf(7, value);
      return Array.isArray(value) ? writer.message(5, value, writeList) : writer.message(6, value, writeMap);
  }
}

function writeList(writer: ProtobufWriter, list: readonly unknown[]): void {
  for (const item of list) writer.message(1, item, writeValue);
}

function writeMap(writer: ProtobufWriter, map: object): void {
  writeAttributes(writer, 1, { ...map });
}

function writeText(writer: ProtobufWriter, field: number, text: string | undefined): void {
  if (text !== undefined && text !== "") writer.string(field, text);
}

function writeCount(writer: ProtobufWriter, field: number, count: number | undefined): void {
  if (count !== undefined && count !== 0) writer.int(field, count);
}

function writeTime(writer: ProtobufWriter, field: number, time: HrTime): void {
  writer.fixed64(field, unixNanosOf(time));
}
