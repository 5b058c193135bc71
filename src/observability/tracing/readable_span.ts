/**
 * What processors and exporters see.
 *
 * The interfaces have the shapes of those of `@opentelemetry/sdk-trace`, so that either's processors and exporters take the other's spans.
 *
 * @module
 */

import type { Attributes, Context, HrTime, Link, Span, SpanContext, SpanKind, SpanStatus } from "@opentelemetry/api";

/** The library that a span comes from. */
export interface InstrumentationScope {
  /** Its name. */
  readonly name: string;
  /** Its version. */
  readonly version?: string;
  /** Where the conventions are described that it follows. */
  readonly schemaUrl?: string;
}

/** Something that happened during a span. */
export interface TimedEvent {
  /** When. */
  time: HrTime;
  /** What. */
  name: string;
  /** Its particulars. */
  attributes?: Attributes;
  /** How many of them were left out. */
  droppedAttributesCount?: number;
}

/** The program that a span comes from. */
export interface ResourceView {
  /** As of OpenTelemetry's semantic conventions. */
  readonly attributes: Attributes;
  /** Where the conventions are described that they follow. */
  readonly schemaUrl?: string;
}

/** A span to read. Read it when it has ended; before, it may still change. */
export interface ReadableSpan {
  /** Its name. */
  readonly name: string;
  /** Which side of a call it is. */
  readonly kind: SpanKind;
  /** Its ids. */
  readonly spanContext: () => SpanContext;
  /** Its parent's ids, unless it is a root. */
  readonly parentSpanContext?: SpanContext | undefined;
  /** When it started. */
  readonly startTime: HrTime;
  /** When it ended; `[0, 0]` before. */
  readonly endTime: HrTime;
  /** How it went. */
  readonly status: SpanStatus;
  /** Its particulars. */
  readonly attributes: Attributes;
  /** Other spans that it has to do with. */
  readonly links: Link[];
  /** What happened, in the order in which it was told. */
  readonly events: TimedEvent[];
  /** How long it took; `[0, 0]` before its end. */
  readonly duration: HrTime;
  /** Whether it has ended. */
  readonly ended: boolean;
  /** The program that it comes from. */
  readonly resource: ResourceView;
  /** The library that it comes from. */
  readonly instrumentationScope: InstrumentationScope;
  /** How many attributes were left out. */
  readonly droppedAttributesCount: number;
  /** How many events were left out. */
  readonly droppedEventsCount: number;
  /** How many links were left out. */
  readonly droppedLinksCount: number;
}

/** Is told of every recorded span. What it throws is reported through `diag`, and harms nobody. */
export interface SpanProcessor {
  /** A span has started; it may still be changed. Must be quick. */
  onStart(span: Span & ReadableSpan, parentContext: Context): void;
  /** A span is about to end; it may still be changed. */
  onEnding?(span: Span & ReadableSpan): void;
  /** A span has ended. Must be quick. */
  onEnd(span: ReadableSpan): void;
  /** Resolves when what has ended before is exported. */
  forceFlush(): Promise<void>;
  /** Flushes, and takes no more. */
  shutdown(): Promise<void>;
}

/** How an export went: code 0 is success, 1 is failure. */
export interface ExportResult {
  /** 0 or 1. */
  readonly code: number;
  /** Why it failed. */
  readonly error?: Error;
}

/** Takes spans out of the program. */
export interface SpanExporter {
  /** Sends spans; calls back once. */
  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void;
  /** Takes no more. */
  shutdown(): Promise<void>;
  /** Resolves when what was given to it before is sent. */
  forceFlush?(): Promise<void>;
}
