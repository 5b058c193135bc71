import { assert, assertEquals, assertMatch, assertNotEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncContextManager } from "./async_context_manager.ts";
import type { SpanProcessor } from "./readable_span.ts";
import { SAMPLING } from "./sampler.ts";
import { SpanRing } from "./span_ring.ts";
import { TracerProvider } from "./tracer_provider.ts";

function traced(options: ConstructorParameters<typeof TracerProvider>[0] = {}) {
  const ring = new SpanRing(), provider = new TracerProvider({ ...options, spanProcessors: [ring] });
  return { ring, provider, tracer: provider.getTracer("test", "1") };
}

Deno.test("Tracer.startSpan() records what the span is told, up to its end", () => {
  const { ring, tracer } = traced();
  const span = tracer.startSpan("load", {
    kind: SpanKind.CLIENT,
    attributes: { a: 1 },
    startTime: [1_700_000_000, 123456789],
  });
  assert(span.isRecording());
  span.setAttribute("b", "x").setAttributes({ c: [1, 2], constructor: true, ["__proto__"]: "q" })
    .addEvent("hit", { d: 1 }, [1_700_000_001, 1]).updateName("loaded").setStatus({
      code: SpanStatusCode.ERROR,
      message: "no",
    });
  span.recordException(new RangeError("far"));
  span.end([1_700_000_002, 1]);
  assert(!span.isRecording());
  span.setAttribute("late", 1).addEvent("late").updateName("late").setStatus({ code: SpanStatusCode.OK }).end();
  const [read] = ring.spans();
  assert(read !== undefined && ring.total === 1, "it ends once");
  assertEquals([read.name, read.kind, read.status], ["loaded", SpanKind.CLIENT, {
    code: SpanStatusCode.ERROR,
    message: "no",
  }]);
  assertEquals(Object.entries(read.attributes), [["a", 1], ["b", "x"], ["c", [1, 2]], ["constructor", true], [
    "__proto__",
    "q",
  ]]);
  assertEquals([read.startTime, read.endTime, read.duration], [[1_700_000_000, 123456789], [1_700_000_002, 1], [
    1,
    876543212,
  ]]);
  assertEquals(read.events.map(({ name }) => name), ["hit", "exception"]);
  assertEquals(read.events[0]?.time, [1_700_000_001, 1]);
  assertEquals(read.events[1]?.attributes?.["exception.type"], "RangeError");
  assertEquals(read.instrumentationScope, { name: "test", version: "1" });
});

Deno.test("RecordedSpan.setStatus() keeps Ok for good, ignores Unset, and a message of anything but errors", () => {
  const { ring, tracer } = traced();
  tracer.startSpan("x").setStatus({ code: 2, message: "m" }).setStatus({ code: 0 }).setStatus({ code: 1, message: "m" })
    .setStatus({ code: 2 }).end();
  assertEquals(ring.spans()[0]?.status, { code: SpanStatusCode.OK });
});

Deno.test("Tracer.startSpan() gives ids that are random, never zero, and a child its parent's", () => {
  const { ring, tracer } = traced();
  const parent = tracer.startSpan("parent"), inside = trace.setSpan(ROOT_CONTEXT, parent);
  const child = tracer.startSpan("child", {}, inside), other = tracer.startSpan("other", { root: true }, inside);
  for (const span of [child, parent, other]) span.end();
  const ids = parent.spanContext();
  assertMatch(ids.traceId, /^[0-9a-f]{32}$/);
  assertMatch(ids.spanId, /^[0-9a-f]{16}$/);
  assertStrictEquals(parent.spanContext(), ids);
  assertEquals(ring.spans().map(({ parentSpanContext }) => parentSpanContext), [ids, undefined, undefined]);
  assertEquals(child.spanContext().traceId, ids.traceId);
  assertNotEquals(child.spanContext().spanId, ids.spanId);
  assertNotEquals(other.spanContext().traceId, ids.traceId);
});

Deno.test("Tracer.startSpan() goes on with a trace of another process, and its flags and state", () => {
  const { ring, tracer } = traced();
  const remote = {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    traceFlags: 3,
    isRemote: true,
  };
  tracer.startSpan("x", {}, trace.setSpanContext(ROOT_CONTEXT, remote)).end();
  const [span] = ring.spans();
  assertEquals(span?.parentSpanContext, remote);
  assertEquals([span?.spanContext().traceId, span?.spanContext().traceFlags], [remote.traceId, 3]);
  const off = tracer.startSpan("y", {}, trace.setSpanContext(ROOT_CONTEXT, { ...remote, traceFlags: 0 }));
  assert(!off.isRecording(), "the parent is not sampled");
  assertEquals([off.spanContext().traceId, off.spanContext().traceFlags], [remote.traceId, 0]);
  const link = { context: remote };
  assertStrictEquals(
    off.setAttribute("a", 1).setAttributes({ b: 2 }).addEvent("e").addLink(link).addLinks([link]).setStatus({ code: 2 })
      .updateName("z"),
    off,
    "it takes all calls, and keeps nothing",
  );
  off.recordException(new Error("lost"));
  off.end();
  assertEquals(ring.spans().length, 1);
});

Deno.test("RecordedSpan keeps within its limits, and counts what it drops", () => {
  const { ring, tracer } = traced({
    spanLimits: { attributeCountLimit: 2, attributeValueLengthLimit: 3, eventCountLimit: 1, linkCountLimit: 1 },
  });
  const link = { context: { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 } };
  const circle: unknown[] = [];
  circle.push(circle, circle);
  const span = tracer.startSpan("x", { links: [link, link] });
  span.setAttribute("a", circle).setAttribute("a", 1n).setAttribute("", 1).setAttribute("u", undefined as never);
  span.setAttribute("b", "longer").setAttribute("c", new Uint8Array(9)).setAttribute("d", 1).setAttribute("b", [
    "longer",
  ]);
  span.setAttributes({
    get e(): string {
      throw new Error("hostile");
    },
  });
  span.addEvent("one").addEvent("two").addLink({ context: { traceId: "", spanId: "", traceFlags: 0 } });
  span.end();
  const [read] = ring.spans();
  assertEquals(Object.entries(read?.attributes ?? {}), [["b", ["lon"]], ["c", new Uint8Array(3)]]);
  assertEquals([read?.droppedAttributesCount, read?.droppedEventsCount, read?.droppedLinksCount], [5, 1, 1]);
  assertEquals(read?.events.map(({ name }) => name), ["two"]);
});

Deno.test("TracerProvider refuses limits, processors and samplers that are none", () => {
  assertThrows(
    () => new TracerProvider({ spanLimits: { eventCountLimit: -1 } }),
    RangeError,
    "spanLimits.eventCountLimit",
  );
  // @ts-expect-error: misspelt
  assertThrows(() => new TracerProvider({ spanLimits: { eventsLimit: 1 } }), TypeError, 'limit spans by "eventsLimit"');
  // @ts-expect-error: an exporter, of which no span would come out
  assertThrows(() => new TracerProvider({ spanProcessors: [{ export() {} }] }), TypeError, "new BatchSpanProcessor");
  // @ts-expect-error: a list, even of one
  assertThrows(() => new TracerProvider({ spanProcessors: new SpanRing() }), TypeError, "expected a list");
  // @ts-expect-error: by which nothing would be recorded
  assertThrows(() => new TracerProvider({ sampler: "always_on" }), TypeError, "sampler always_on");
});

Deno.test("RecordedSpan ends with the scope that it is declared in", () => {
  const { ring, tracer } = traced();
  {
    using _ = tracer.startSpan("scoped");
  }
  assertEquals(ring.spans().map(({ name }) => name), ["scoped"]);
});

Deno.test("Tracer asks a sampler of OpenTelemetry's form, and a processor that throws harms nobody", () => {
  const ring = new SpanRing();
  const faulty: SpanProcessor = {
    onStart() {
      throw new Error("start");
    },
    onEnd() {
      throw new Error("end");
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const sampler = {
    shouldSample: (_: unknown, __: string, name: string) => ({
      decision: name === "skip" ? SAMPLING.NOT_RECORD : SAMPLING.RECORD,
      attributes: { by: "sampler" },
    }),
  };
  const tracer = new TracerProvider({ spanProcessors: [faulty, ring], sampler }).getTracer("x");
  tracer.startSpan("skip").end();
  tracer.startSpan("take").end();
  assertEquals(ring.spans().map(({ name, attributes }) => [name, attributes.by]), [["take", "sampler"]]);
  assertEquals(ring.spans()[0]?.spanContext().traceFlags, 0, "recorded only");
});

Deno.test("Tracer.startActiveSpan() is the parent of what its function starts, across awaits; all overloads", async () => {
  const { ring, provider, tracer } = traced();
  using _ = provider.register();
  const got = await tracer.startActiveSpan("outer", async (outer) => {
    await Promise.resolve();
    tracer.startActiveSpan("inner", { kind: SpanKind.SERVER }, (inner) => inner.end());
    tracer.startActiveSpan("root", {}, ROOT_CONTEXT, (root) => root.end());
    trace.getTracer("library").startSpan("library").end();
    outer.end();
    return 7;
  });
  assertEquals(got, 7);
  const spans = new Map(ring.spans().map((span) => [span.name, span]));
  const outer = spans.get("outer")?.spanContext().spanId;
  assertEquals(["inner", "root", "library"].map((name) => spans.get(name)?.parentSpanContext?.spanId), [
    outer,
    undefined,
    outer,
  ]);
  assertThrows(() => new TracerProvider().register(), Error, "has one already");
});

Deno.test("AsyncContextManager.withSync() is active until its function returns, and gives way to with()", async () => {
  const manager = new AsyncContextManager(), key = Symbol("key");
  const [one, two] = [ROOT_CONTEXT.setValue(key, 1), ROOT_CONTEXT.setValue(key, 2)];
  const later: Promise<unknown>[] = [];
  manager.with(one, () => {
    manager.withSync(two, () => {
      assertStrictEquals(manager.active(), two);
      later.push(Promise.resolve().then(() => manager.active().getValue(key)));
      manager.with(one, () => assertStrictEquals(manager.active(), one));
      assertStrictEquals(manager.active(), two);
    });
    assertStrictEquals(manager.active(), one);
  });
  assertStrictEquals(manager.active(), ROOT_CONTEXT);
  assertEquals(await Promise.all(later), [1]);
  const bound = manager.bind(two, function (this: unknown, n: number) {
    return [this, n, manager.active().getValue(key)];
  });
  assertEquals(Reflect.apply(bound, "self", [3]), ["self", 3, 2]);
  const token = manager.attach(one);
  assertStrictEquals(manager.active(), one);
  token.dispose();
  assertStrictEquals(manager.active(), ROOT_CONTEXT);
  assertEquals(context.active(), ROOT_CONTEXT, "nothing is registered");
});
