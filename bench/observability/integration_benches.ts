/**
 * All of it together.
 *
 * @module
 */

import { Agent } from "../../src/agent/mod.ts";
import { AlertManager } from "../../src/observability/alerts/mod.ts";
import { EventBus } from "../../src/observability/events/mod.ts";
import { Registry } from "../../src/observability/metrics/registry.ts";
import { observe, type RunEvents } from "../../src/observability/observe/mod.ts";
import { SpanRing, TracerProvider } from "../../src/observability/tracing/mod.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";

interface Requests {
  readonly "request.end": { readonly route: string; readonly status: number };
}

/** Defines them. */
export function benchTogether(bench: DefineBenchmark): void {
  bench("Observability Core Integration", {
    setup: () => {
      const registry = new Registry(), ring = new SpanRing(16), bus = new EventBus<Requests>(), heard = { ends: 0 };
      bus.on("request.end", ({ status }) => {
        if (status === 200) heard.ends++;
      });
      const route = { route: "/orders/:id" }, labels = ["route"] as const, unit = "seconds";
      return {
        requests: registry.counter({ name: "requests_total", help: "Requests", labels }).with(route),
        inFlight: registry.upDownCounter({ name: "requests_in_flight", help: "Requests under way" }),
        seconds: registry.histogram({ name: "request_seconds", help: "How long", unit, labels }).with(route),
        tracer: new TracerProvider({ spanProcessors: [ring] }).getTracer("bench"),
        ring,
        bus,
        heard,
      };
    },
  }, ({ requests, inFlight, seconds, tracer, ring, bus, heard }) => {
    const { value } = requests, { sum } = seconds, { total } = ring, { ends } = heard;
    inFlight.inc();
    const underWay = inFlight.value, span = tracer.startSpan("GET /orders/:id");
    span.setAttribute("http.response.status_code", 200);
    requests.inc();
    seconds.observe(0.25);
    span.end();
    inFlight.dec();
    bus.emit("request.end", { route: "/orders/:id", status: 200 });
    return underWay === 1 && inFlight.value === 0 && requests.value === value + 1 && seconds.sum === sum + 0.25 &&
      ring.total === total + 1 && heard.ends === ends + 1;
  });

  bench(
    "Agent Observability Integration",
    { setup: () => watched({ metrics: true, spans: true, events: true, alerts: true }), teardown },
    runWatched,
  );
}

/** Defines the same agent unwatched, watched by each part alone, and by all. */
export function benchAgents(bench: DefineBenchmark): void {
  const agents = { group: "an agent of three steps, watched by nobody and by each part", teardown };
  bench("Three-step agent", { ...agents, baseline: true, setup: () => watched({}) }, runWatched);
  bench("Three-step agent, with metrics", { ...agents, setup: () => watched({ metrics: true }) }, runWatched);
  bench("Three-step agent, traced", { ...agents, setup: () => watched({ spans: true }) }, runWatched);
  bench("Three-step agent, with events", { ...agents, setup: () => watched({ events: true }) }, runWatched);
  bench("Three-step agent, with alerts", { ...agents, setup: () => watched({ alerts: true }) }, runWatched);
  bench(
    "Three-step agent, with everything",
    { ...agents, setup: () => watched({ metrics: true, spans: true, events: true, alerts: true }) },
    runWatched,
  );
}

/** What watches an agent. */
interface Parts {
  readonly metrics?: boolean;
  readonly spans?: boolean;
  readonly events?: boolean;
  readonly alerts?: boolean;
}

/** An agent of three steps, and what watches it; there is all of it, so that each run can look whether it was told too much. */
function watched(parts: Parts) {
  const agent = threeSteps(), registry = new Registry(), ring = new SpanRing(16), bus = new EventBus<RunEvents>();
  const alerts = new AlertManager({ source: registry }), heard = { ends: 0 };
  bus.on("state.end", () => void heard.ends++);
  const observation = observe(agent, {
    metrics: parts.metrics ? registry : undefined,
    tracer: parts.spans ? new TracerProvider({ spanProcessors: [ring] }).getTracer("bench") : undefined,
    events: parts.events ? bus : undefined,
    alerts: parts.alerts ? alerts : undefined,
  });
  const labels = ["agent", "status"] as const,
    about = { name: "puffinflow_runs_total", help: "Runs that have ended, by how" };
  const runs = registry.counter({ ...about, labels }).with({ agent: agent.name, status: "completed" });
  return { agent, runs, ring, bus, heard, alerts, observation, parts };
}

type Watched = ReturnType<typeof watched>;

function teardown({ observation, alerts }: Watched): void {
  observation[Symbol.dispose]();
  alerts[Symbol.dispose]();
}

/** Runs the agent; whether every part that watches, and no other, was told of all of it. */
async function runWatched({ agent, runs, ring, bus, heard, parts }: Watched): Promise<boolean> {
  const before = runs.value, { total } = ring, { sequence } = bus, { ends } = heard;
  const { status, outputs } = await agent.run();
  return status === "completed" && outputs.done === 3 && runs.value === before + (parts.metrics ? 1 : 0) &&
    ring.total === total + (parts.spans ? 4 : 0) && bus.sequence === sequence + (parts.events ? 8 : 0) &&
    heard.ends === ends + (parts.events ? 3 : 0);
}

function threeSteps() {
  return new Agent<{ done: number }, { done: number }>("three steps")
    .state("first", async (ctx) => void ctx.set("done", await one()))
    .state("second", { dependsOn: ["first"] }, async (ctx) => void ctx.set("done", ctx.get("done") + await one()))
    .state("third", { dependsOn: ["second"] }, async (ctx) => void ctx.output("done", ctx.get("done") + await one()));
}

function one(): Promise<number> {
  return Promise.resolve(1);
}
