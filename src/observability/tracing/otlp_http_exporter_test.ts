import { assert, assertEquals, assertThrows } from "@std/assert";
import { OtlpHttpExporter, type OtlpHttpExporterOptions } from "./otlp_http_exporter.ts";
import type { ExportResult, ReadableSpan } from "./readable_span.ts";
import { SpanRing } from "./span_ring.ts";
import { ProtobufWriter } from "../protobuf_writer.ts";
import { OtlpReceiver } from "./testdata/otlp_receiver.ts";
import { TracerProvider } from "./tracer_provider.ts";

function someSpans(): ReadableSpan[] {
  const ring = new SpanRing(), tracer = new TracerProvider({ spanProcessors: [ring] }).getTracer("x");
  tracer.startSpan("\ud800 half").setAttributes({ nan: NaN, far: Infinity, zero: -0, huge: 1e300, "\udc00": "\ud800" })
    .end();
  return ring.spans();
}

const exported = (exporter: OtlpHttpExporter) =>
  new Promise<ExportResult>((resolve) => exporter.export(someSpans(), resolve));

async function answered(answers: (() => Response)[], options: OtlpHttpExporterOptions = {}) {
  await using receiver = new OtlpReceiver();
  receiver.answers.push(...answers);
  const exporter = new OtlpHttpExporter({ url: receiver.url, initialDelayMs: 1, ...options });
  const { code, error } = await exported(exporter);
  return { code, message: error?.message, rejected: exporter.rejected, arrived: receiver.requests.length };
}

const status = (status: number, headers: HeadersInit = {}) => () => new Response("busy", { status, headers });

Deno.test("OtlpHttpExporter tries again what may pass, after what Retry-After says", async () => {
  const past = new Date(0).toUTCString();
  const answers = [status(503), status(429, { "retry-after": "0" }), status(502, { "retry-after": past }), status(504)];
  assertEquals(await answered(answers), { code: 0, message: undefined, rejected: 0, arrived: 1 });
});

Deno.test("OtlpHttpExporter fails at once on what will not pass, and says what it was answered", async () => {
  for (const code of [400, 401, 404, 500, 302, 307]) {
    const { message, arrived } = await answered([status(code, { location: "/v1/traces" })]);
    assert(message?.includes(`answered ${code}: busy`) && arrived === 0, message);
  }
});

Deno.test("OtlpHttpExporter takes rubbish for success, counts rejected spans, and reads a bounded answer", async () => {
  const partial = { partialSuccess: { rejectedSpans: "3", errorMessage: "too old" } };
  assertEquals((await answered([() => Response.json(partial)])).rejected, 3);
  for (
    const rubbish of ["<html>", "null", '{"partialSuccess":7}', "[]", '{"partialSuccess":{"rejectedSpans":"x"}}', ""]
  ) {
    assertEquals(await answered([() => new Response(rubbish)]), {
      code: 0,
      message: undefined,
      rejected: 0,
      arrived: 0,
    });
  }
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(++sent && 10_000)),
  });
  assertEquals((await answered([() => new Response(endless)])).code, 0);
});

function answeredInProtobuf(status: number, write: (writer: ProtobufWriter) => void): () => Response {
  const writer = new ProtobufWriter();
  write(writer);
  return () => new Response(writer.bytes(), { status, headers: { "content-type": "application/x-protobuf" } });
}

Deno.test("OtlpHttpExporter understands what is answered in protobuf", async () => {
  const partial = (count: number, message: string) => (writer: ProtobufWriter) =>
    writer.message(1, undefined, (writer) => {
      writer.double(9, 1); // of a later version
      if (count !== 0) writer.int(1, count);
      if (message !== "") writer.string(2, message);
    });
  assertEquals((await answered([answeredInProtobuf(200, partial(300, "too old"))])).rejected, 300);
  assertEquals((await answered([answeredInProtobuf(200, partial(0, "a warning"))])).rejected, 0);
  for (const length of [1, 2, 5, 20]) {
    const rubbish = answeredInProtobuf(200, (writer) => writer.bytesOf(1, new Uint8Array(length).fill(0xff)));
    assertEquals(await answered([rubbish]), { code: 0, message: undefined, rejected: 0, arrived: 0 });
  }
  const refused = await answered([answeredInProtobuf(400, (writer) => {
    writer.int(1, 3);
    writer.string(2, "no such tenant");
  })]);
  assert(refused.message?.endsWith("answered 400: no such tenant"), refused.message);
});

Deno.test("OtlpHttpExporter sends protobuf unless it is told otherwise, compressed if it is told so", async () => {
  await using receiver = new OtlpReceiver();
  const { url } = receiver;
  const ways: OtlpHttpExporterOptions[] = [{}, { protocol: "http/json" }, {
    compression: "gzip",
    headers: { "Content-Type": "text/plain" },
  }];
  for (const way of ways) assertEquals((await exported(new OtlpHttpExporter({ url, ...way }))).code, 0);
  assertEquals(receiver.forms, [
    ["application/x-protobuf", null],
    ["application/json", null],
    ["application/x-protobuf", "gzip"],
  ]);
});

Deno.test("OtlpHttpExporter sends times that no receiver could read as the nearest that it can", async () => {
  const ring = new SpanRing(), tracer = new TracerProvider({ spanProcessors: [ring] }).getTracer("x");
  tracer.startSpan("s", { startTime: new Date(-1) }).end([1e300, 0]);
  tracer.startSpan("s", { startTime: [-5, 0.5] }).end([1.5, 0]);
  for (const protocol of ["http/json", "http/protobuf"] as const) {
    await using receiver = new OtlpReceiver();
    const exporter = new OtlpHttpExporter({ url: receiver.url, protocol });
    await new Promise<ExportResult>((resolve) => exporter.export(ring.spans(), resolve));
    const times = JSON.stringify(receiver.requests).match(/TimeUnixNano":"[0-9]+"/g);
    assertEquals(times?.map((time) => time.split('"')[2]), ["0", "9223372036854775807", "0", "1500000000"]);
  }
});

Deno.test("OtlpHttpExporter gives up in time on a receiver that is down, or never answers", async () => {
  const refused = await exported(
    new OtlpHttpExporter({ url: "http://127.0.0.1:1", timeoutMs: 20, initialDelayMs: 5 }),
  );
  assertEquals([refused.code, refused.error?.name], [1, "TimeoutError"]);
  const hanging: OtlpHttpExporterOptions["fetch"] = (_, { signal }) =>
    new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  const hung = await exported(new OtlpHttpExporter({ timeoutMs: 5, fetch: hanging }));
  assertEquals([hung.code, hung.error?.name], [1, "TimeoutError"]);
});

Deno.test("OtlpHttpExporter tries again when the connection closes in mid-body", async () => {
  const broken = () =>
    new Response(new ReadableStream({ pull: (controller) => controller.error(new Error("closed")) }));
  let calls = 0;
  const exporter = new OtlpHttpExporter({
    initialDelayMs: 1,
    fetch: () => Promise.resolve(++calls === 1 ? broken() : Response.json({})),
  });
  assertEquals([(await exported(exporter)).code, calls], [0, 2]);
  await exporter.shutdown();
  assertEquals((await exported(exporter)).error?.message, "The exporter is shut down");
});

Deno.test("OtlpHttpExporter refuses options that are none", () => {
  assertThrows(() => new OtlpHttpExporter({ url: "nowhere" }), TypeError);
  const grpc: object = { protocol: "grpc" }, zstd: object = { compression: "zstd" };
  assertThrows(() => new OtlpHttpExporter(grpc), TypeError, '"grpc": expected "http/protobuf" or "http/json"');
  assertThrows(() => new OtlpHttpExporter(zstd), TypeError, '"zstd": expected "none" or "gzip"');
  assertThrows(() => new OtlpHttpExporter({ headers: { "no name": "" } }), TypeError);
  assertThrows(() => new OtlpHttpExporter({ timeoutMs: 0 }), RangeError, "timeoutMs");
});

Deno.test("OtlpHttpExporter sends numbers and texts that JSON or UTF-8 cannot say, in both forms alike", async () => {
  await using receiver = new OtlpReceiver();
  const spans = someSpans();
  for (const protocol of ["http/json", "http/protobuf"] as const) {
    const exporter = new OtlpHttpExporter({ url: receiver.url, protocol });
    await new Promise<ExportResult>((resolve) => exporter.export(spans, resolve));
  }
  const [json, protobuf] = receiver.requests;
  assertEquals(protobuf, json);
  const text = JSON.stringify(json);
  assert(text.includes("\ufffd half") && text.includes('"doubleValue":1e+300'), text);
});
