import { assert, assertEquals } from "@std/assert";
import { createTraceState, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  BatchSpanProcessor as OfficialBatch,
  InMemorySpanExporter,
  ParentBasedSampler as OfficialParentBased,
  type ReadableSpan as OfficialReadable,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace";
import { BatchSpanProcessor } from "./batch_span_processor.ts";
import { OtlpHttpExporter } from "./otlp_http_exporter.ts";
import type { SpanProcessor } from "./readable_span.ts";
import type { RecordedSpan } from "./recorded_span.ts";
import { OtlpReceiver } from "./testdata/otlp_receiver.ts";
import { TracerProvider } from "./tracer_provider.ts";

/** Fails to compile if a span of ours were none for the official packages. */
export const asOfficial = (span: RecordedSpan): OfficialReadable => span;

const REMOTE = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  traceFlags: 1,
  isRemote: true,
};

function traceEverything(provider: TracerProvider): { readonly spanId: string } {
  const tracer = provider.getTracer("library", "1.2.3", { schemaUrl: "https://example.com/scope" });
  const traceState = createTraceState("foo=1");
  const parent = trace.setSpanContext(ROOT_CONTEXT, { ...REMOTE, traceState });
  const link = { context: { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 }, attributes: { l: true } };
  const span = tracer.startSpan(
    "all",
    {
      kind: SpanKind.SERVER,
      startTime: [1_700_000_000, 123456789],
      links: [link],
      attributes: { text: "ä\ud83d\ude00" },
    },
    parent,
  );
  span.setAttributes({ int: 42, negative: -7, double: 1.5, yes: true, bytes: new Uint8Array([0, 255]), nothing: null });
  span.setAttributes({ list: ["a", 1, 2.5, false], map: { inner: { deep: 1 } }, big: 2 ** 52 });
  span.addEvent("hit", { at: 1 }, [1_700_000_000, 200_000_000]).setStatus({
    code: SpanStatusCode.ERROR,
    message: "no",
  });
  span.setAttribute("left out", 1n);
  span.end([1_700_000_001, 5]);
  return span.spanContext();
}

const base64 = (hex: string) => btoa(hex.replace(/../g, (byte) => String.fromCharCode(Number.parseInt(byte, 16))));
const int = (value: number) => ({ intValue: String(value) });

/** What a receiver must have decoded. */
function expected(spanId: string): unknown {
  const attributes = Object.entries({
    text: { stringValue: "ä\ud83d\ude00" },
    int: int(42),
    negative: int(-7),
    double: { doubleValue: 1.5 },
    yes: { boolValue: true },
    bytes: { bytesValue: "AP8=" },
    nothing: {},
    list: { arrayValue: { values: [{ stringValue: "a" }, int(1), { doubleValue: 2.5 }, { boolValue: false }] } },
    map: {
      kvlistValue: { values: [{ key: "inner", value: { kvlistValue: { values: [{ key: "deep", value: int(1) }] } } }] },
    },
    big: int(2 ** 52),
  }).map(([key, value]) => ({ key, value }));
  return {
    traceId: base64(REMOTE.traceId),
    spanId: base64(spanId),
    traceState: "foo=1",
    parentSpanId: base64(REMOTE.spanId),
    flags: 0x301,
    name: "all",
    kind: 2,
    startTimeUnixNano: "1700000000123456789",
    endTimeUnixNano: "1700000001000000005",
    attributes,
    droppedAttributesCount: 1,
    events: [{
      timeUnixNano: "1700000000200000000",
      name: "hit",
      attributes: [{ key: "at", value: int(1) }],
    }],
    links: [{
      traceId: base64("1".repeat(32)),
      spanId: base64("2".repeat(16)),
      attributes: [{ key: "l", value: { boolValue: true } }],
      flags: 0x101,
    }],
    status: { code: 2, message: "no" },
  };
}

interface Decoded {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly unknown[] };
    readonly scopeSpans: readonly {
      readonly scope: unknown;
      readonly schemaUrl: string;
      readonly spans: readonly unknown[];
    }[];
  }[];
}

/** Otherwise the official exporters leave a connection open. */
const CLOSING = { httpAgentOptions: { keepAlive: false } };

const WAYS: Readonly<Record<string, (url: string) => SpanProcessor>> = {
  "our processor and exporter": (url) => new BatchSpanProcessor(new OtlpHttpExporter({ url })),
  "our processor and exporter, compressed": (url) =>
    new BatchSpanProcessor(new OtlpHttpExporter({ url, compression: "gzip" })),
  "our processor and exporter, as JSON": (url) =>
    new BatchSpanProcessor(new OtlpHttpExporter({ url, protocol: "http/json" })),
  "our processor and exporter, as compressed JSON": (url) =>
    new BatchSpanProcessor(new OtlpHttpExporter({ url, protocol: "http/json", compression: "gzip" })),
  "our processor, the official JSON exporter": (url) => new BatchSpanProcessor(new JsonExporter({ url, ...CLOSING })),
  "our processor, the official protobuf exporter": (url) =>
    new BatchSpanProcessor(new ProtobufExporter({ url, ...CLOSING })),
  "the official processor and protobuf exporter": (url) =>
    new OfficialBatch({ exporter: new ProtobufExporter({ url, ...CLOSING }) }),
  "the official processor, our exporter": (url) => new OfficialBatch({ exporter: new OtlpHttpExporter({ url }) }),
};

for (const [way, processorTo] of Object.entries(WAYS)) {
  Deno.test(`TracerProvider exports every field through ${way}`, async () => {
    await using receiver = new OtlpReceiver();
    const provider = new TracerProvider({
      spanProcessors: [processorTo(receiver.url)],
      resource: { "service.name": "shop" },
    });
    const { spanId } = traceEverything(provider);
    await provider.shutdown();
    assertEquals(receiver.requests.length, 1);
    const [{ resource, scopeSpans: [scope] }] = (receiver.requests[0] as Decoded).resourceSpans as [
      Decoded["resourceSpans"][0],
    ];
    assertEquals(resource.attributes[0], { key: "service.name", value: { stringValue: "shop" } });
    assertEquals(scope?.scope, { name: "library", version: "1.2.3" });
    assertEquals(scope?.schemaUrl, "https://example.com/scope");
    assertEquals(scope?.spans, [expected(spanId)]);
  });
}

Deno.test("TracerProvider takes the official samplers and the simple processor", async () => {
  const exporter = new InMemorySpanExporter();
  const sampler = new OfficialParentBased({ root: new TraceIdRatioBasedSampler(1) });
  const provider = new TracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  provider.getTracer("x").startSpan("y").end();
  await provider.forceFlush();
  assertEquals(exporter.getFinishedSpans().map(({ name, instrumentationScope }) => [name, instrumentationScope.name]), [
    ["y", "x"],
  ]);
  await provider.shutdown();
});

Deno.test("TracerProvider, registered, traces a library that knows the API only, over a header", async () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  using _ = provider.register();
  const client = trace.getTracer("client").startSpan("call", { kind: SpanKind.CLIENT });
  const headers: Record<string, string> = {};
  propagation.inject(trace.setSpan(ROOT_CONTEXT, client), headers);
  trace.getTracer("server").startSpan("serve", { kind: SpanKind.SERVER }, propagation.extract(ROOT_CONTEXT, headers))
    .end();
  client.end();
  await provider.forceFlush();
  const [serve, call] = exporter.getFinishedSpans();
  assert(serve !== undefined && call !== undefined);
  assertEquals(serve.parentSpanContext, { ...call.spanContext(), isRemote: true });
  await provider.shutdown();
});
