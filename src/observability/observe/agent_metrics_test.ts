import { assertEquals } from "@std/assert";
import { install } from "@sinonjs/fake-timers";
import { Registry } from "../metrics/mod.ts";
import { TracerProvider } from "../tracing/mod.ts";
import { AgentMetrics } from "./agent_metrics.ts";

Deno.test("AgentMetrics keeps a trace as exemplar once a second for runs of about the same duration", () => {
  const clock = install({ now: 5_000, toFake: ["performance"] });
  try {
    clock.tick(2_000);
    const registry = new Registry(), metrics = new AgentMetrics(registry, "a");
    const tracer = new TracerProvider().getTracer("test"), spans = [1, 2, 3, 4].map(() => tracer.startSpan("run"));
    const ended = (durationMs: number, at: number) => {
      metrics.started();
      metrics.ended("completed", durationMs, spans[at], performance.now());
    };
    const kept = () => spans.map((span) => registry.expose("openmetrics").includes(span.spanContext().traceId));
    ended(6, 0);
    ended(7, 1);
    ended(900, 2);
    assertEquals(kept(), [true, false, true, false]);
    clock.tick(1_000);
    ended(7, 3);
    assertEquals(kept(), [false, false, true, true]);
  } finally {
    clock.uninstall();
  }
});
