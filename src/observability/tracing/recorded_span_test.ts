/** What a span is told late, against the same told at once. */
import { assert, assertEquals } from "@std/assert";
import { createTraceState, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import fc from "fast-check";
import { RecordedSpan } from "./recorded_span.ts";
import { SAMPLING } from "./sampler.ts";
import { TracerProvider } from "./tracer_provider.ts";

const names = fc.constantFrom("a", "b", "c", "__proto__", "constructor", "");
const values = fc.oneof(fc.string({ maxLength: 6 }), fc.nat(9), fc.constant(undefined), fc.constant([1, "long"]));
const attributes = fc.array(fc.tuple(names, values), { maxLength: 3 });
const other = fc.nat(3);

const operations = fc.oneof(
  fc.record({ kind: fc.constant("describe" as const), attributes }),
  fc.record({ kind: fc.constant("set" as const), attributes }),
  fc.record({ kind: fc.constant("link" as const), other }),
  fc.record({ kind: fc.constant("add link" as const), other }),
  fc.record({ kind: fc.constantFrom("read" as const, "count" as const, "event" as const, "end" as const) }),
);

function seen({ attributes, links, droppedAttributesCount, droppedLinksCount }: RecordedSpan) {
  return {
    attributes: Object.entries(attributes),
    links: links.map(({ context }) => context),
    dropped: [droppedAttributesCount, droppedLinksCount],
  };
}

Deno.test("RecordedSpan.describe() and linkTo() come to what setAttributes() and addLink() do, whenever somebody looks", () =>
  fc.assert(
    fc.property(fc.array(operations, { maxLength: 12, size: "max" }), fc.nat(3), (script, limit) => {
      const spanLimits = { attributeCountLimit: limit, attributeValueLengthLimit: 3, linkCountLimit: limit };
      const tracer = new TracerProvider({ spanLimits }).getTracer("test");
      const parent = tracer.startSpan("parent"), inside = trace.setSpan(ROOT_CONTEXT, parent);
      const remote = {
        traceId: "1".repeat(32),
        spanId: "2".repeat(16),
        traceFlags: 1,
        traceState: createTraceState("a=b"),
      };
      const elsewhere = trace.setSpanContext(ROOT_CONTEXT, remote);
      const others = [inside, inside, elsewhere, ROOT_CONTEXT].map((context) => tracer.startSpan("other", {}, context));
      const late = tracer.startSpan("late", {}, inside), atOnce = tracer.startSpan("at once", {}, inside);
      assert(late instanceof RecordedSpan && atOnce instanceof RecordedSpan);
      for (const operation of script) {
        switch (operation.kind) {
          case "describe": {
            const given = Object.fromEntries(operation.attributes);
            late.describe({ toAttributes: () => given });
            atOnce.setAttributes(given);
            break;
          }
          case "set":
            for (const span of [late, atOnce]) span.setAttributes(Object.fromEntries(operation.attributes));
            break;
          case "link": {
            const linked = others[operation.other];
            assert(linked instanceof RecordedSpan);
            late.linkTo(linked);
            atOnce.addLink({ context: linked.spanContext() });
            break;
          }
          case "add link":
            for (const span of [late, atOnce]) span.addLink({ context: others[operation.other]!.spanContext() });
            break;
          case "read":
            assertEquals(seen(late), seen(atOnce));
            break;
          case "count":
            assertEquals(late.droppedLinksCount, atOnce.droppedLinksCount);
            assertEquals(late.droppedAttributesCount, atOnce.droppedAttributesCount);
            break;
          case "event":
            for (const span of [late, atOnce]) span.addEvent("event");
            break;
          case "end":
            for (const span of [late, atOnce]) span.end();
        }
      }
      assertEquals(seen(late), seen(atOnce));
      assert(late.links.length <= limit && Object.keys(late.attributes).length <= limit);
    }),
    { numRuns: 300 },
  ));

Deno.test("RecordedSpan.describe() makes attributes once, when they are first read; they are then the span's own", () => {
  let made = 0;
  const tracer = new TracerProvider().getTracer("test"), description = { toAttributes: () => ({ made: ++made }) };
  const [first, second] = [tracer.startSpan("first"), tracer.startSpan("second")];
  assert(first instanceof RecordedSpan && second instanceof RecordedSpan);
  for (const span of [first, second]) {
    span.describe(description);
    span.end();
  }
  assertEquals(made, 0);
  first.attributes["own"] = true;
  assertEquals([Object.entries(first.attributes), made], [[["made", 1], ["own", true]], 1]);
  assertEquals(Object.entries(second.attributes), [["made", 2]]);
});

Deno.test("RecordedSpan.describe() reaches attributes that somebody has read, and holds", () => {
  const span = new TracerProvider().getTracer("test").startSpan("span");
  assert(span instanceof RecordedSpan);
  const held = span.attributes;
  span.describe({ toAttributes: () => ({ late: 1 }) });
  assertEquals(Object.entries(held), [["late", 1]]);
});

Deno.test("RecordedSpan.linkTo() keeps the state of a span of its own trace that has another", () => {
  const traceState = createTraceState("a=b");
  const sampler = {
    shouldSample: (_: unknown, __: string, name: string) => ({
      decision: SAMPLING.RECORD,
      ...name === "other" ? { traceState } : {},
    }),
  };
  const tracer = new TracerProvider({ sampler }).getTracer("test");
  const inside = trace.setSpan(ROOT_CONTEXT, tracer.startSpan("parent"));
  const [span, other] = ["span", "other"].map((name) => tracer.startSpan(name, {}, inside));
  assert(span instanceof RecordedSpan && other instanceof RecordedSpan);
  span.linkTo(other);
  assertEquals(span.links[0]?.context.traceState?.serialize(), "a=b");
});

Deno.test("AttributeSet counts a name once however often it is set, and copies maps of other spans, but not without an end", () => {
  const tracer = new TracerProvider({ spanLimits: { attributeCountLimit: 2 } }).getTracer("test");
  const [one, other] = ["one", "other"].map((name) => tracer.startSpan(name));
  assert(one instanceof RecordedSpan && other instanceof RecordedSpan);
  const nested: object = { a: { b: 1 } };
  for (const value of [1, 2, 3]) one.setAttribute("again", value);
  one.setAttribute("map", nested);
  assertEquals([Object.keys(one.attributes), one.droppedAttributesCount], [["again", "map"], 0]);
  other.setAttribute("map", one.attributes["map"]);
  assertEquals(JSON.stringify(other.attributes), '{"map":{"a":{"b":1}}}');
  const wide = Array.from({ length: 101 }, () => Array.from({ length: 100 }, () => 1));
  other.setAttribute("wide", wide.slice(0, 98)).setAttribute("wide", wide);
  const { wide: kept } = other.attributes;
  assert(Array.isArray(kept));
  assertEquals([kept.length, other.droppedAttributesCount], [98, 1]);
});
