/**
 * An agent that is watched, beside steps that are watched with what else there is.
 *
 * @module
 */

import { ROOT_CONTEXT, type SpanContext, trace } from "@opentelemetry/api";
import {
  BatchSpanProcessor as OfficialBatchSpanProcessor,
  TracerProvider as OfficialTracerProvider,
} from "@opentelemetry/sdk-trace";
import { EventEmitter } from "eventemitter3";
import { Counter, Gauge, Histogram } from "prom-client";
import { Agent, BatchSpanProcessor, EventBus, observe, Registry, type RunEvents, TracerProvider } from "../../mod.ts";
import type { Suite } from "../../src/measure/definition.ts";
import { suite } from "../../src/measure/suite.ts";
import { reading } from "./span_peers_bench.ts";

/** After so many runs they wait until all spans are exported: fewer than fill a queue, which would be dropped. */
const RUNS = 128;
const STEPS = ["first", "second", "third"] as const;
const SECONDS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** What each step does. */
function one(): Promise<number> {
  return Promise.resolve(1);
}

function threeSteps() {
  return new Agent<{ done: number }, { done: number }>("three steps")
    .state("first", async (ctx) => void ctx.set("done", await one()))
    .state("second", { dependsOn: ["first"] }, async (ctx) => void ctx.set("done", ctx.get("done") + await one()))
    .state("third", { dependsOn: ["second"] }, async (ctx) => void ctx.output("done", ctx.get("done") + await one()));
}

/** What observed agents tell, as listeners of eventemitter3. */
type Listeners = { [Name in keyof RunEvents]: (event: RunEvents[Name]) => void };

/** Metrics of prom-client, bound for each step; spans of OpenTelemetry's SDK; events of eventemitter3. */
function otherLibraries() {
  const registers: [] = [], agent = "three steps", help = "Of agents";
  const bind = (kind: string, labels: Readonly<Record<string, string>>) => {
    const labelNames = Object.keys(labels);
    return {
      inFlight: new Gauge({ name: `${kind}s_in_flight`, help, labelNames, registers }).labels(labels),
      ended: new Counter({ name: `${kind}s_total`, help, labelNames, registers }).labels(labels),
      seconds: new Histogram({ name: `${kind}_seconds`, help, labelNames, buckets: SECONDS, registers }).labels(labels),
    };
  };
  const run = bind("run", { agent }), steps = STEPS.map((state) => ({ state, ...bind("state", { agent, state }) }));
  const exporter = reading(), spanProcessors = [new OfficialBatchSpanProcessor({ exporter })];
  const provider = new OfficialTracerProvider({ spanProcessors }), heard = { ends: 0 };
  const bus = new EventEmitter<Listeners>();
  bus.on("state.end", () => void heard.ends++);
  return { steps, run, exporter, provider, tracer: provider.getTracer("bench"), bus, heard, runs: 0 };
}

/** One suite. */
export const observedAgentPeerSuites: readonly Suite[] = [
  suite("peers-observed-agent", { title: "Three steps with metrics, spans and events" }, (bench) => {
    const observed = { group: "three steps with metrics, spans and events" };
    bench("three awaits", { ...observed, baseline: true }, async () => {
      let done = await one();
      done += await one();
      done += await one();
      return done === 3;
    });
    bench("Agent, not observed", { ...observed, setup: threeSteps }, async (agent) => {
      const { status, outputs } = await agent.run();
      return status === "completed" && outputs.done === 3;
    });
    bench("Agent, observed", {
      ...observed,
      setup: () => {
        const exporter = reading(), agent = threeSteps(), heard = { ends: 0 }, events = new EventBus<RunEvents>();
        const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
        const observation = observe(agent, { metrics: new Registry(), tracer: provider.getTracer("bench"), events });
        events.on("state.end", () => void heard.ends++);
        return { agent, exporter, provider, observation, heard, runs: 0 };
      },
      teardown: async ({ provider, observation }) => {
        observation[Symbol.dispose]();
        await provider.shutdown();
      },
    }, async (state) => {
      const { agent, heard, exporter, provider } = state, { ends } = heard;
      const { status, outputs } = await agent.run();
      const isSound = status === "completed" && outputs.done === 3 && heard.ends === ends + STEPS.length;
      if (++state.runs % RUNS !== 0) return isSound;
      await provider.forceFlush();
      return isSound && exporter.spans === state.runs * (STEPS.length + 1);
    });
    bench("prom-client, OpenTelemetry SDK and eventemitter3", {
      ...observed,
      setup: otherLibraries,
      teardown: ({ provider }) => provider.shutdown(),
    }, async (state) => {
      const { steps, run, heard, exporter, provider, tracer, bus } = state, { ends } = heard;
      const runId = `run ${++state.runs}`, agent = "three steps", runStartMs = performance.now();
      run.inFlight.inc();
      bus.emit("run.start", { runId, agent });
      const runSpan = tracer.startSpan("run three steps"), scope = trace.setSpan(ROOT_CONTEXT, runSpan);
      runSpan.setAttribute("agent", agent);
      runSpan.setAttribute("run_id", runId);
      let done = 0, before: SpanContext | undefined;
      for (const { state, inFlight, ended, seconds } of steps) {
        inFlight.inc();
        bus.emit("state.start", { runId, agent, state, attempt: 1 });
        const span = tracer.startSpan(`state ${state}`, undefined, scope), startMs = performance.now();
        span.setAttribute("agent", agent);
        span.setAttribute("state", state);
        if (before !== undefined) span.addLink({ context: before });
        done += await one();
        const durationMs = performance.now() - startMs;
        inFlight.dec();
        ended.inc();
        seconds.observe(durationMs / 1_000);
        bus.emit("state.end", { runId, agent, state, status: "completed", attempts: 1, durationMs });
        span.setAttribute("status", "completed");
        span.setAttribute("attempts", 1);
        span.end();
        before = span.spanContext();
      }
      const durationMs = performance.now() - runStartMs;
      run.inFlight.dec();
      run.ended.inc();
      run.seconds.observe(durationMs / 1_000);
      bus.emit("run.end", { runId, agent, status: "completed", durationMs });
      runSpan.setAttribute("status", "completed");
      runSpan.end();
      const isSound = done === 3 && heard.ends === ends + STEPS.length;
      if (state.runs % RUNS !== 0) return isSound;
      await provider.forceFlush();
      return isSound && exporter.spans === state.runs * (STEPS.length + 1);
    });
    bench("prom-client, OpenTelemetry SDK and eventemitter3, for steps alone and without attributes", {
      ...observed,
      setup: otherLibraries,
      teardown: ({ provider }) => provider.shutdown(),
    }, async (state) => {
      const { steps, heard, exporter, provider, tracer, bus } = state, { ends } = heard;
      const runId = `run ${++state.runs}`, agent = "three steps";
      let done = 0;
      for (const { state, inFlight, ended, seconds } of steps) {
        inFlight.inc();
        bus.emit("state.start", { runId, agent, state, attempt: 1 });
        const span = tracer.startSpan(`state ${state}`), startMs = performance.now();
        done += await one();
        const durationMs = performance.now() - startMs;
        span.end();
        inFlight.dec();
        ended.inc();
        seconds.observe(durationMs / 1_000);
        bus.emit("state.end", { runId, agent, state, status: "completed", attempts: 1, durationMs });
      }
      const isSound = done === 3 && heard.ends === ends + STEPS.length;
      if (state.runs % RUNS !== 0) return isSound;
      await provider.forceFlush();
      return isSound && exporter.spans === state.runs * STEPS.length;
    });
  }),
];
