/**
 * Spans, and handing them on.
 *
 * @module
 */

import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { SpanRing, type Tracer, TracerProvider, w3cPropagator } from "../../src/observability/tracing/mod.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";

/** What a user may expect of a span. */
const TRACING = { operation: "Tracing Operations", minOpsPerSecond: 1_000, maxDurationMs: 1 };

const NO_OPTIONS = {};

/** Headers as of `node:http` and of messages. */
type Headers = Record<string, string | undefined>;
const HEADERS = {
  set: (headers: Headers, name: string, value: string) => void (headers[name] = value),
  get: (headers: Headers, name: string) => headers[name],
  keys: (headers: Headers) => Object.keys(headers),
};

interface Recording {
  readonly ring: Pick<SpanRing, "total" | "spans">;
  readonly tracer: Pick<Tracer, "startSpan">;
}

function record(): Recording {
  const ring = new SpanRing(16), provider = new TracerProvider({ spanProcessors: [ring] });
  return { ring, tracer: provider.getTracer("bench") };
}

/** Whether the latest span is what it should be; made of text, it would cost more than what is measured. */
function expectOfLast({ ring }: Recording, what: string, isSound: (spans: ReturnType<SpanRing["spans"]>) => boolean) {
  if (!isSound(ring.spans())) throw new Error(`Expected ${what} in the latest spans: it is not there`);
}

/** Defines those of one program. */
export function benchSpans(bench: DefineBenchmark): void {
  bench("Tracing Span Creation", { expected: TRACING, setup: record }, ({ ring, tracer }) => {
    const before = ring.total;
    tracer.startSpan("work").end();
    return ring.total === before + 1;
  });

  bench("Span with Attributes", {
    expected: TRACING,
    setup: record,
    afterRound: (state) =>
      expectOfLast(state, "five attributes", (spans) => {
        const attributes = spans.at(-1)?.attributes ?? {};
        return Object.keys(attributes).length === 5 && attributes["http.route"] === "/orders/:id";
      }),
  }, ({ ring, tracer }) => {
    const before = ring.total, span = tracer.startSpan("GET /orders/:id");
    span.setAttribute("http.request.method", "GET");
    span.setAttribute("http.route", "/orders/:id");
    span.setAttribute("http.response.status_code", 200);
    span.setAttribute("cached", false);
    span.setAttribute("user", before);
    span.end();
    return ring.total === before + 1;
  });

  bench("Nested Span Creation", {
    expected: TRACING,
    setup: record,
    afterRound: (state) =>
      expectOfLast(state, "three spans, one in the other", (spans) => {
        const [inner, middle, outer] = spans.slice(-3);
        return inner !== undefined && outer !== undefined && outer.parentSpanContext === undefined &&
          middle?.parentSpanContext?.spanId === outer.spanContext().spanId &&
          inner.parentSpanContext?.spanId === middle.spanContext().spanId &&
          inner.spanContext().traceId === outer.spanContext().traceId;
      }),
  }, ({ ring, tracer }) => {
    const before = ring.total, outer = tracer.startSpan("outer"), inOuter = trace.setSpan(ROOT_CONTEXT, outer);
    const middle = tracer.startSpan("middle", NO_OPTIONS, inOuter), inMiddle = trace.setSpan(ROOT_CONTEXT, middle);
    tracer.startSpan("inner", NO_OPTIONS, inMiddle).end();
    middle.end();
    outer.end();
    return ring.total === before + 3;
  });

  bench("Span Event Recording", {
    expected: TRACING,
    setup: record,
    afterRound: (state) =>
      expectOfLast(state, "an event", (spans) => {
        const [event, ...others] = spans.at(-1)?.events ?? [];
        return event?.name === "cache miss" && event.attributes?.["key"] === "orders" && others.length === 0;
      }),
  }, ({ ring, tracer }) => {
    const before = ring.total, span = tracer.startSpan("work");
    span.addEvent("cache miss", { key: "orders" });
    span.end();
    return ring.total === before + 1;
  });
}

/** Defines what goes from one program to another. */
export function benchPropagation(bench: DefineBenchmark): void {
  bench("Trace Context Propagation", {
    expected: TRACING,
    setup: () => {
      const { tracer } = record();
      return { tracer, propagator: w3cPropagator() };
    },
  }, ({ tracer, propagator }) => {
    const headers: Headers = {}, span = tracer.startSpan("call");
    propagator.inject(trace.setSpan(ROOT_CONTEXT, span), headers, HEADERS);
    const received = trace.getSpanContext(propagator.extract(ROOT_CONTEXT, headers, HEADERS));
    span.end();
    const sent = span.spanContext();
    return received?.traceId === sent.traceId && received.spanId === sent.spanId && received.isRemote === true;
  });
}
