/**
 * Spans beside what else there is.
 *
 * @module
 */

import type { Attributes, HrTime, Link, SpanContext, SpanStatus } from "@opentelemetry/api";
import {
  BatchSpanProcessor as OfficialBatchSpanProcessor,
  TracerProvider as OfficialTracerProvider,
} from "@opentelemetry/sdk-trace";
import { Effect } from "effect";
import { BatchSpanProcessor, TracerProvider } from "../../mod.ts";
import type { Suite } from "../../src/measure/definition.ts";
import { suite } from "../../src/measure/suite.ts";
import { Growth } from "./growth.ts";

/** As many as fill a batch. */
const SPANS = 512;

/** What an exporter looks at: all that OTLP sends of a span. */
interface ExportedSpan {
  readonly name: string;
  readonly kind: number;
  spanContext(): SpanContext;
  readonly parentSpanContext?: SpanContext | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: readonly Link[];
  readonly events: readonly { readonly name: string; readonly time: HrTime; readonly attributes?: Attributes }[];
  readonly droppedAttributesCount: number;
  readonly droppedLinksCount: number;
  readonly droppedEventsCount: number;
}

/**
 * An exporter that reads all that a span says, as it must who sends it, and sends it nowhere.
 *
 * Of ids, times, links and attributes as well, which OpenTelemetry's SDK makes when a span starts and ours when they are read: an
 * exporter that passed them over would count the work of one side and not the other's.
 */
export function reading() {
  const exporter = {
    spans: 0,
    /** Of what was read, so that it is. */
    facts: 0,
    export(spans: readonly ExportedSpan[], done: (result: { code: number }) => void) {
      for (const span of spans) exporter.facts += factsOf(span);
      exporter.spans += spans.length;
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
    forceFlush: () => Promise.resolve(),
  };
  return exporter;
}

/** Lengths of texts, a digit of each id, and numbers as they are, but for the seconds since 1970. */
function factsOf(span: ExportedSpan): number {
  const { name, kind, status, startTime, endTime, parentSpanContext, links, events } = span;
  let facts = name.length + kind + status.code + startTime[1] + endTime[1] + digitsOf(span.spanContext());
  if (parentSpanContext !== undefined) facts += digitsOf(parentSpanContext);
  facts += span.droppedAttributesCount + span.droppedLinksCount + span.droppedEventsCount + sizeOf(span.attributes);
  for (const { context, attributes } of links) facts += digitsOf(context) + sizeOf(attributes);
  for (const { name, time, attributes } of events) facts += name.length + time[1] + sizeOf(attributes);
  return facts;
}

function digitsOf({ traceId, spanId, traceFlags }: SpanContext): number {
  return traceId.charCodeAt(0) + spanId.charCodeAt(0) + traceFlags;
}

function sizeOf(attributes: Attributes | undefined): number {
  let size = 0;
  for (const name in attributes) {
    const value = attributes[name];
    size += name.length + (typeof value === "string" ? value.length : 1);
  }
  return size;
}

/** One suite for each thing that is compared. */
export const spanPeerSuites: readonly Suite[] = [
  suite("peers-span", { title: "A span that is recorded" }, (bench) => {
    const recorded = { group: "a span that is recorded" };
    bench("an object with two times", {
      ...recorded,
      baseline: true,
      setup: () => ({ last: { name: "", startMs: 0, endMs: 0 } }),
    }, (state) => {
      const span = state.last = { name: "work", startMs: performance.now(), endMs: 0 };
      span.endMs = performance.now();
      return span.endMs >= span.startMs;
    });
    bench(
      "Tracer.startSpan",
      { ...recorded, setup: () => new TracerProvider().getTracer("bench") },
      (tracer) => {
        const span = tracer.startSpan("work"), isRecorded = span.isRecording();
        span.end();
        return isRecorded && !span.isRecording();
      },
    );
    bench(
      "OpenTelemetry SDK",
      { ...recorded, setup: () => new OfficialTracerProvider().getTracer("bench") },
      (tracer) => {
        const span = tracer.startSpan("work"), isRecorded = span.isRecording();
        span.end();
        return isRecorded && !span.isRecording();
      },
    );
    bench(
      "Effect withSpan",
      { ...recorded, setup: () => Effect.withSpan(Effect.succeed(true), "work") },
      (effect) => Effect.runSync(effect),
    );
  }),
  suite("peers-span-batch", { title: "Spans that are exported in batches" }, (bench) => {
    const exported = { group: "512 spans, exported as a batch", throughput: { elements: SPANS } };
    bench("a list of objects", {
      ...exported,
      baseline: true,
      setup: () => ({ spans: 0, growth: new Growth() }),
      afterRound: ({ spans, growth }) => growth.expect(spans),
    }, async (state) => {
      const list: { name: string; startMs: number; endMs: number }[] = [];
      for (let n = 0; n < SPANS; n++) {
        const span = { name: "work", startMs: performance.now(), endMs: 0 };
        span.endMs = performance.now();
        list.push(span);
      }
      state.spans += await Promise.resolve(list.length);
    });
    bench("BatchSpanProcessor", {
      ...exported,
      setup: () => {
        const exporter = reading();
        const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
        return { exporter, provider, tracer: provider.getTracer("bench") };
      },
      teardown: ({ provider }) => provider.shutdown(),
    }, async ({ exporter, provider, tracer }) => {
      const before = exporter.spans;
      for (let n = 0; n < SPANS; n++) tracer.startSpan("work").end();
      await provider.forceFlush();
      return exporter.spans === before + SPANS;
    });
    bench("OpenTelemetry SDK", {
      ...exported,
      setup: () => {
        const exporter = reading();
        const provider = new OfficialTracerProvider({ spanProcessors: [new OfficialBatchSpanProcessor({ exporter })] });
        return { exporter, provider, tracer: provider.getTracer("bench") };
      },
      teardown: ({ provider }) => provider.shutdown(),
    }, async ({ exporter, provider, tracer }) => {
      const before = exporter.spans;
      for (let n = 0; n < SPANS; n++) tracer.startSpan("work").end();
      await provider.forceFlush();
      return exporter.spans === before + SPANS;
    });
  }),
];
