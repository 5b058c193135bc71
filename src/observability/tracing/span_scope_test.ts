import { assertEquals, assertStrictEquals } from "@std/assert";
import { createContextKey, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { SpanScope } from "./span_scope.ts";

const spanOf = (digit: string) =>
  trace.wrapSpanContext({ traceId: digit.repeat(32), spanId: digit.repeat(16), traceFlags: 1 });

Deno.test("SpanScope is a context as the API has it: its span and other values are set and deleted in a new one", () => {
  const key = createContextKey("key"), other = createContextKey("other"), [first, second] = [spanOf("1"), spanOf("2")];
  const scope = new SpanScope(ROOT_CONTEXT.setValue(other, "o"), first);
  assertStrictEquals(trace.getSpan(scope), first);
  const both = scope.setValue(key, "k");
  assertEquals([both.getValue(key), both.getValue(other), scope.getValue(key)], ["k", "o", undefined]);
  assertStrictEquals(trace.getSpan(both), first);
  assertStrictEquals(trace.getSpan(trace.setSpan(both, second)), second);
  const without = both.deleteValue(other);
  assertEquals([without.getValue(key), without.getValue(other), both.getValue(other)], ["k", undefined, "o"]);
  assertStrictEquals(trace.getSpan(without), first);
  const spanless = trace.deleteSpan(both);
  assertEquals([trace.getSpan(spanless), spanless.getValue(key)], [undefined, "k"]);
});
