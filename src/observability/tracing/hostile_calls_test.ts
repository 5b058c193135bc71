import { assert, assertEquals, assertMatch } from "@std/assert";
import type { ReadableSpan } from "./readable_span.ts";
import { otlpJson } from "./otlp_json.ts";
import { otlpProtobuf } from "./otlp_protobuf.ts";
import { SpanRing } from "./span_ring.ts";
import { decodeRequest } from "./testdata/otlp_receiver.ts";
import { TracerProvider } from "./tracer_provider.ts";

function boom(): never {
  throw new Error("boom");
}

function revoked<Target extends object>(target: Target): Target {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const THROWING: ProxyHandler<object> = { get: boom, has: boom, ownKeys: boom, getPrototypeOf: boom };
const endless: object = new Proxy({}, {
  ownKeys: () => ["deeper"],
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  get: () => endless,
});
const cyclic: unknown[] = [];
cyclic.push(cyclic);
const detached = new Uint8Array(8);
structuredClone(detached.buffer, { transfer: [detached.buffer] });
const LINKED = { traceId: "1".repeat(32), spanId: "2".repeat(16) };

class ThrowingBytes extends Uint8Array {
  override slice(): never {
    return boom();
  }
}

class ThrowingError extends Error {
  override get message(): string {
    return boom();
  }
  override get stack(): string {
    return boom();
  }
  get code(): string {
    return boom();
  }
}

/** What no library should give, and what some do. */
const HOSTILE: readonly unknown[] = [
  undefined,
  null,
  Symbol("symbol"),
  1n,
  NaN,
  () => {},
  new Proxy({}, THROWING),
  new Proxy([], THROWING),
  new Proxy(() => {}, THROWING),
  new Proxy(new Date(0), {}),
  revoked({}),
  revoked([]),
  endless,
  cyclic,
  detached,
  Object.create(null),
  { toString: boom, valueOf: boom, [Symbol.toPrimitive]: boom },
  Object.defineProperty({ good: 1 }, "bad", { enumerable: true, get: boom }),
  ...["code", "message", "context", "attributes", "kind", "root", "links", "startTime", "name", "stack"].map((name) =>
    Object.defineProperty({ code: 2, context: LINKED }, name, { enumerable: true, get: boom })
  ),
  { context: { ...LINKED, traceFlags: 1n, traceState: { serialize: boom } } },
  { context: { ...LINKED, traceState: { serialize: () => 7 } } },
  { context: { traceId: { toString: boom }, spanId: 5 } },
  { code: 2, message: { toString: boom } },
  { links: new Proxy([], { get: (list, key) => key === "length" ? Infinity : Reflect.get(list, key) }) },
  { startTime: new Date(NaN) },
  new Date(8.64e15),
  [NaN, 1],
  [-5, 1e300],
  [Symbol("symbol"), 1],
  new ThrowingBytes(3),
  new ThrowingError(),
  "half a pair: \ud800",
];

const METHODS: readonly [method: string, argumentsWith: (hostile: unknown) => readonly unknown[]][] = [
  ["setAttribute", (hostile) => [hostile, 1]],
  ["setAttribute", (hostile) => ["name", hostile]],
  ["setAttributes", (hostile) => [hostile]],
  ["setAttributes", (hostile) => [{ hostile, list: [hostile], map: { hostile } }]],
  ["addEvent", (hostile) => [hostile]],
  ["addEvent", (hostile) => ["event", hostile]],
  ["addEvent", (hostile) => ["event", { hostile }, hostile]],
  ["addLink", (hostile) => [hostile]],
  ["addLinks", (hostile) => [hostile]],
  ["addLinks", (hostile) => [[hostile]]],
  ["setStatus", (hostile) => [hostile]],
  ["updateName", (hostile) => [hostile]],
  ["recordException", (hostile) => [hostile, hostile]],
  ["end", (hostile) => [hostile]],
];

/** Past what the types allow, as a library in JavaScript does. */
function call(target: object, method: string, args: readonly unknown[]): unknown {
  const found: unknown = Reflect.get(target, method);
  assert(typeof found === "function");
  return Reflect.apply(found, target, args);
}

/** All that a receiver would decode, of both forms. */
function decoded(spans: readonly ReadableSpan[]): readonly unknown[] {
  return [decodeRequest(otlpProtobuf(spans)), decodeRequest(otlpJson(spans))];
}

Deno.test("RecordedSpan throws for nothing that it is given, before and after its end, and its batch can be decoded", () => {
  const ring = new SpanRing(), provider = new TracerProvider({ spanProcessors: [ring] });
  const tracer = provider.getTracer("test");
  for (const hostile of HOSTILE) {
    for (const [method, argumentsWith] of METHODS) {
      const span = tracer.startSpan("traced");
      call(span, method, argumentsWith(hostile));
      span.end();
      call(span, method, argumentsWith(hostile));
    }
    assertEquals(ring.total % METHODS.length, 0, "each ends once");
    const [protobuf, json] = decoded(ring.spans());
    assertEquals(protobuf, json);
    ring.clear();
  }
});

Deno.test("Tracer.startSpan() and TracerProvider.getTracer() throw for no names and options, and spans can be decoded", () => {
  const ring = new SpanRing(), provider = new TracerProvider({ spanProcessors: [ring] });
  for (const hostile of HOSTILE) {
    const tracer = provider.getTracer("test");
    const anonymous = call(provider, "getTracer", [hostile, hostile]);
    assert(typeof anonymous === "object" && anonymous !== null);
    for (
      const [from, ...args] of [
        [anonymous, "traced"],
        [tracer, hostile],
        [tracer, "traced", hostile],
        [tracer, "traced", { attributes: hostile, links: hostile, startTime: hostile, kind: hostile, root: hostile }],
        [tracer, "traced", { links: [hostile] }],
      ] as const
    ) {
      const span = call(from, "startSpan", args);
      assert(typeof span === "object" && span !== null);
      call(span, "end", []);
    }
    assertEquals(ring.total % 5, 0);
    const [protobuf, json] = decoded(ring.spans());
    assertEquals(protobuf, json);
    ring.clear();
  }
});

Deno.test("Tracer records nothing when a sampler throws", () => {
  const tracer = new TracerProvider({ sampler: { shouldSample: boom, toString: () => "boom" } }).getTracer("test");
  assertEquals(tracer.startSpan("traced").isRecording(), false);
});

Deno.test("otlpProtobuf() and otlpJson() tell what was dropped, and that a zero with a sign is no integer", () => {
  const ring = new SpanRing(), spanLimits = { attributeCountLimit: 1, eventCountLimit: 1, linkCountLimit: 1 };
  const span = new TracerProvider({ spanProcessors: [ring], spanLimits }).getTracer("test").startSpan("traced");
  for (const name of ["first", "second", "third", "fourth"]) span.setAttribute(name, -0);
  for (const name of ["first", "second", "third"]) span.addEvent(name);
  for (const digit of ["1", "2"]) {
    span.addLink({ context: { traceId: digit.repeat(32), spanId: digit.repeat(16), traceFlags: 1 } });
  }
  span.end();
  for (const request of decoded(ring.spans())) {
    const text = JSON.stringify(request);
    assertMatch(text, /"droppedAttributesCount":3\b.*"droppedEventsCount":2\b.*"droppedLinksCount":1\b/);
    assertMatch(text, /"doubleValue":0/);
  }
});
