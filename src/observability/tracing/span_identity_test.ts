import { assertEquals } from "@std/assert";
import { LocalTrace } from "./local_trace.ts";
import { RandomWords } from "./random_words.ts";
import { SpanIds } from "./span_identity.ts";
import { UnrecordedSpan } from "./unrecorded_span.ts";

Deno.test("SpanIds and LocalTrace draw until an id is not all zeroes", () => {
  const words = new RandomWords((pool) => pool.fill(0).fill(7, -1));
  const trace = new LocalTrace(0, words);
  assertEquals(trace.id, "0".repeat(24) + "00000007");
  const span = new UnrecordedSpan(new SpanIds(trace, words, 0, undefined));
  assertEquals(span.spanContext(), { traceId: trace.id, spanId: "0".repeat(15) + "7", traceFlags: 0 });
});
