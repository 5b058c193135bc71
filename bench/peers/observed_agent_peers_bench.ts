/**
 * An agent that is watched, beside steps that are watched with what else there is.
 *
 * @module
 */

import {
  BatchSpanProcessor as OfficialBatchSpanProcessor,
  TracerProvider as OfficialTracerProvider,
} from "@opentelemetry/sdk-trace";
import { EventEmitter } from "eventemitter3";
import { Counter, Gauge, Histogram } from "prom-client";
import { Agent, BatchSpanProcessor, EventBus, observe, Registry, type RunEvents, TracerProvider } from "../../mod.ts";
import type { Suite } from "../../src/measure/definition.ts";
import { suite } from "../../src/measure/suite.ts";
import { dropping } from "./span_peers_bench.ts";

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

interface StepEvent {
  readonly runId: string;
  readonly state: string;
  readonly durationMs?: number;
}

/** Metrics of prom-client, bound for each step; spans of OpenTelemetry's SDK; events of eventemitter3. */
function otherLibraries() {
  const labelNames = ["agent", "state"] as const, registers: [] = [];
  const inFlight = new Gauge({ name: "states_in_flight", help: "Steps", labelNames, registers });
  const ended = new Counter({ name: "states_total", help: "Steps", labelNames, registers });
  const seconds = new Histogram({ name: "state_seconds", help: "Steps", labelNames, buckets: SECONDS, registers });
  const steps = STEPS.map((state) => {
    const labels = { agent: "three steps", state };
    return {
      state,
      span: `state ${state}`,
      inFlight: inFlight.labels(labels),
      ended: ended.labels(labels),
      seconds: seconds.labels(labels),
    };
  });
  const exporter = dropping(), spanProcessors = [new OfficialBatchSpanProcessor({ exporter })];
  const provider = new OfficialTracerProvider({ spanProcessors }), heard = { ends: 0 };
  const bus = new EventEmitter<
    { "state.start": (event: StepEvent) => void; "state.end": (event: StepEvent) => void }
  >();
  bus.on("state.end", () => void heard.ends++);
  return { steps, exporter, provider, tracer: provider.getTracer("bench"), bus, heard, runs: 0 };
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
        const exporter = dropping(), agent = threeSteps(), heard = { ends: 0 }, events = new EventBus<RunEvents>();
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
      const { steps, heard, exporter, provider, tracer, bus } = state, { ends } = heard;
      const runId = `run ${++state.runs}`;
      let done = 0;
      for (const step of steps) {
        step.inFlight.inc();
        bus.emit("state.start", { runId, state: step.state });
        const span = tracer.startSpan(step.span), startMs = performance.now();
        done += await one();
        const durationMs = performance.now() - startMs;
        span.end();
        step.inFlight.dec();
        step.ended.inc();
        step.seconds.observe(durationMs / 1_000);
        bus.emit("state.end", { runId, state: step.state, durationMs });
      }
      const isSound = done === 3 && heard.ends === ends + STEPS.length;
      if (state.runs % RUNS !== 0) return isSound;
      await provider.forceFlush();
      return isSound && exporter.spans === state.runs * STEPS.length;
    });
  }),
];
