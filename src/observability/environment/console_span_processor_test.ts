import { assertEquals } from "@std/assert";
import { AlwaysOffSampler, TracerProvider } from "../tracing/mod.ts";
import { ConsoleSpanProcessor } from "./mod.ts";

Deno.test("ConsoleSpanProcessor prints each span that is sampled, as a line", () => {
  const lines: string[] = [], spanProcessors = [new ConsoleSpanProcessor((line) => lines.push(line))];
  const span = new TracerProvider({ spanProcessors }).getTracer("test").startSpan("load\n");
  span.setAttribute("rows", 3).end();
  new TracerProvider({ spanProcessors, sampler: new AlwaysOffSampler() }).getTracer("test").startSpan("none").end();
  const { name, traceId, attributes } = JSON.parse(lines.join(""));
  assertEquals([lines.length, name, traceId, attributes], [1, "load\n", span.spanContext().traceId, { rows: 3 }]);
});
