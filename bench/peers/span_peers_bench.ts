/**
 * Spans beside what else there is.
 *
 * @module
 */

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

/** What an exporter looks at. */
interface ExportedSpan {
  readonly attributes: object;
  readonly links: readonly unknown[];
  readonly events: readonly unknown[];
}

/** An exporter that reads all that a span says, as it must who sends it, and sends it nowhere. */
export function reading() {
  const exporter = {
    spans: 0,
    facts: 0,
    export(spans: readonly ExportedSpan[], done: (result: { code: number }) => void) {
      for (const { attributes, links, events } of spans) {
        for (const _name in attributes) exporter.facts++;
        exporter.facts += links.length + events.length;
      }
      exporter.spans += spans.length;
      done({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
    forceFlush: () => Promise.resolve(),
  };
  return exporter;
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
