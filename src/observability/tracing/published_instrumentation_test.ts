import { assertEquals } from "@std/assert";
import { OpenTelemetry } from "@ai-sdk/otel";
import { httpInstrumentationMiddleware } from "@hono/otel";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { generateText, jsonSchema, stepCountIs, tool } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { Hono } from "hono";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { ReadableSpan } from "./readable_span.ts";
import { SpanRing } from "./span_ring.ts";
import { TracerProvider } from "./tracer_provider.ts";

/** Runs a program that finds its tracer through the API alone; answers the spans in the order of their ends. */
async function tracedBy(program: () => Promise<void>): Promise<readonly ReadableSpan[]> {
  const ring = new SpanRing(), provider = new TracerProvider({ spanProcessors: [ring] });
  using _ = provider.register();
  await program();
  await provider.shutdown();
  return ring.spans();
}

/** What traced code of one's own would do, below whatever the library has made active. */
async function awaitAndTrace(name: string): Promise<void> {
  await nextTurn();
  trace.getTracer("own").startSpan(name).end();
}

/** Each span with its parent's name, or the parent's id if that is not among them. */
function parentage(spans: readonly ReadableSpan[]): readonly [name: string, parent: string | undefined][] {
  return spans.map(({ name, parentSpanContext }) => {
    const parent = spans.find((span) => span.spanContext().spanId === parentSpanContext?.spanId);
    return [name, parent?.name ?? parentSpanContext?.spanId];
  });
}

Deno.test("TracerProvider traces hono's middleware, what its handlers await, and the caller's trace", async () => {
  const app = new Hono();
  app.use(httpInstrumentationMiddleware({ serviceName: "shop", captureRequestHeaders: ["x-tenant"] }));
  app.get("/orders/:id", async (context) => {
    await awaitAndTrace("load");
    return context.text("an order");
  });
  app.get("/broken", () => {
    throw new TypeError("out of order");
  });
  app.onError((_, context) => context.text("sorry", 500));
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const spans = await tracedBy(async () => {
    await app.request("/orders/7", { headers: { traceparent, "x-tenant": "acme" } });
    await app.request("/broken");
  });
  assertEquals(parentage(spans), [
    ["load", "GET /orders/:id"],
    ["GET /orders/:id", "b7ad6b7169203331"],
    ["GET /broken", undefined],
  ]);
  const [, orders, broken] = spans;
  assertEquals([orders!.kind, orders!.spanContext().traceId, orders!.parentSpanContext?.isRemote], [
    SpanKind.SERVER,
    "0af7651916cd43dd8448eb211c80319c",
    true,
  ]);
  assertEquals({ ...orders!.attributes }, {
    "http.request.method": "GET",
    "service.name": "shop",
    "url.full": "http://localhost/orders/7",
    "http.route": "/orders/:id",
    "http.request.header.x-tenant": "acme",
    "http.response.status_code": 200,
  });
  assertEquals(orders!.instrumentationScope.name, "@hono/otel");
  const [event] = broken!.events;
  assertEquals([broken!.status.code, event?.name, event?.attributes?.["exception.message"]], [
    SpanStatusCode.ERROR,
    "exception",
    "out of order",
  ]);
});

Deno.test("TracerProvider traces an agent of the AI SDK, which brings another version of the API", async () => {
  const counts = { total: 3, noCache: 3, cacheRead: 0, cacheWrite: 0 };
  const usage = { inputTokens: counts, outputTokens: { total: 5, text: 5, reasoning: 0 } };
  const call = { type: "tool-call", toolCallId: "1", toolName: "weather", input: '{"city":"Oslo"}' } as const;
  const model = new MockLanguageModelV4({
    doGenerate: [
      { content: [call], finishReason: { unified: "tool-calls", raw: undefined }, usage, warnings: [] },
      {
        content: [{ type: "text", text: "Rain" }],
        finishReason: { unified: "stop", raw: undefined },
        usage,
        warnings: [],
      },
    ],
  });
  const weather = tool({
    inputSchema: jsonSchema<{ city: string }>({ type: "object", properties: { city: { type: "string" } } }),
    execute: async ({ city }) => {
      await awaitAndTrace(`ask ${city}`);
      return "rain";
    },
  });
  const spans = await tracedBy(async () => {
    await generateText({
      model,
      tools: { weather },
      prompt: "Weather in Oslo?",
      stopWhen: stepCountIs(3),
      telemetry: { integrations: [new OpenTelemetry()] },
    });
  });
  assertEquals(parentage(spans), [
    ["chat mock-model-id", "step 1"],
    ["ask Oslo", "execute_tool weather"],
    ["execute_tool weather", "step 1"],
    ["step 1", "invoke_agent mock-model-id"],
    ["chat mock-model-id", "step 2"],
    ["step 2", "invoke_agent mock-model-id"],
    ["invoke_agent mock-model-id", undefined],
  ]);
  assertEquals(new Set(spans.map((span) => span.spanContext().traceId)).size, 1);
  const [chat, , execute] = spans, agent = spans.at(-1)!;
  assertEquals([chat!.kind, chat!.attributes["gen_ai.response.finish_reasons"]], [SpanKind.CLIENT, ["tool-calls"]]);
  assertEquals(execute!.attributes["gen_ai.tool.call.arguments"], '{"city":"Oslo"}');
  assertEquals([agent.attributes["gen_ai.usage.input_tokens"], agent.attributes["gen_ai.usage.output_tokens"]], [
    6,
    10,
  ]);
});
