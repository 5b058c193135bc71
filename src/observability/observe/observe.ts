/**
 * Agents and pools, observed with one call.
 *
 * @module
 */

import type { Tracer } from "@opentelemetry/api";
import { foundValue } from "../../coordination/found_value.ts";
import { PuffinError } from "../../errors.ts";
import type { AlertManager } from "../alerts/alert_manager.ts";
import type { EventBus } from "../events/event_bus.ts";
import { Registry } from "../metrics/registry.ts";
import { AgentMetrics } from "./agent_metrics.ts";
import { keepShapes } from "./kept_shapes.ts";
import type { ObservableAgent, ObservableTarget } from "./observable_target.ts";
import { ObservedPlan } from "./observed_plan.ts";
import { observeAgentPool, observeResourcePool } from "./pool_metrics.ts";
import type { RunEvents } from "./run_events.ts";
import { ActiveRunRecorder, RunEmitters, RunRecorder, type RunSinks } from "./run_recorder.ts";

/** Where to record; what is left out costs a check of `undefined`. */
export interface ObserveOptions {
  /** Counts and times. Agents and pools that have one registry share its metrics, and differ by their labels. */
  readonly metrics?: Registry | undefined;
  /** Traces runs of an agent: a tracer of ours, or any other of OpenTelemetry's API. */
  readonly tracer?: Tracer | undefined;
  /** Is told of the runs of an agent. */
  readonly events?: EventBus<RunEvents> | undefined;
  /** Gets an alert `PuffinflowDeadLetter`, for five minutes, when a state of an agent has failed for good. */
  readonly alerts?: AlertManager | undefined;
  /**
   * Whether the span of a state is active while its function runs, so that what it calls, other agents included, is traced below it.
   * That takes a context manager (see `TracerProvider.register`), and costs an `AsyncLocalStorage` for each attempt. Default false.
   */
  readonly activeSpans?: boolean | undefined;
  /** What a pool is called in its metrics. Default: its own name, else `"default"`. */
  readonly name?: string | undefined;
}

/** What is being observed, until it is disposed of. */
export type Observation = Disposable;

/** Thrown when a target is observed that is observed already: all would be counted twice. */
export class AlreadyObservedError extends PuffinError {
  /** Stable across releases. */
  override readonly code = "already_observed";

  /** Words the message. */
  constructor(target: string, sink: string) {
    super(
      `Cannot observe ${target}: its ${sink} are told of it already, and would be told twice; ` +
        `dispose of the first observation, or leave ${sink} out`,
    );
  }
}

/** By target: who is told of it. */
const observed = new WeakMap<object, Set<object>>();

/**
 * Observes an agent or a pool, until the answer is disposed of.
 *
 * **Metrics** of an agent are `puffinflow_runs_in_flight`, `puffinflow_runs_total` (by `status`), `puffinflow_run_duration_seconds`, with
 * the trace of a run as exemplar, all by `agent`; and by `agent` and `state` `puffinflow_states_in_flight`, `puffinflow_states_total` (by
 * `status`), `puffinflow_state_duration_seconds`, `puffinflow_state_wait_seconds`, `puffinflow_state_retries_total`,
 * `puffinflow_state_preemptions_total` and `puffinflow_dead_letters_total`. A pool of workers has `puffinflow_pool_*`, one of resources
 * `puffinflow_resource_*`: capacity, use, utilisation, queue, waits. There are as many series as names and states in the program, and
 * never more than a metric's limit.
 *
 * **Spans**: `run <agent>`, a child of whatever is active when the run begins, and below it `state <state>` for each step, from its first
 * attempt to its end, with links to the last steps of the states that it depends on. Attributes are `puffinflow.agent`, `.run_id`, `.state`,
 * `.status`, `.attempts`, `.waited_ms` and `.resources.<name>`; each retry and preemption is an event.
 *
 * **Events** are {@linkcode RunEvents}.
 *
 * An observed run fails and waits for none of this: whatever a handler, an exporter or a tracer throws is kept in the result's
 * `observerErrors` at most. It is timed even if the agent has `timing: "off"`. Runs that are under way when the observation ends are recorded
 * to their end, so that no gauge is left too high and no span open; what was counted stays in the registry.
 *
 * One target may be observed several times, for others: not twice for the same registry, tracer, bus or manager.
 *
 * @throws {AlreadyObservedError} If one of them is told of the target already.
 * @throws {TypeError} If the target can not be observed, an option is none, a name is taken by another pool, or the registry has other
 * metrics of these names.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Agent } from "../../agent/mod.ts";
 * import { Registry } from "../metrics/mod.ts";
 * import { observe } from "./mod.ts";
 *
 * const agent = new Agent("report").state("load", () => {}).state("print", { dependsOn: ["load"] }, () => {});
 * const metrics = new Registry();
 * using _ = observe(agent, { metrics });
 * await agent.run();
 * const [first] = metrics.find("puffinflow_runs_total")!.readings();
 * assertEquals(first, { labels: { agent: "report", status: "completed" }, value: 1 });
 * ```
 */
export function observe(target: ObservableTarget, options: ObserveOptions): Observation {
  const what = nameOf(target);
  requireOptions(what, options);
  using undo = new DisposableStack();
  for (const sink of ["metrics", "tracer", "events", "alerts"] as const) {
    const told = options[sink];
    if (told !== undefined) undo.use(claim(target, told, () => new AlreadyObservedError(what, sink)));
  }
  if ("observeRuns" in target) undo.use(observeAgent(target, options));
  else if (options.metrics !== undefined) {
    undo.use(
      "running" in target
        ? observeAgentPool(target, options.metrics, options.name ?? target.name ?? "default")
        : observeResourcePool(target, options.metrics, options.name ?? "default"),
    );
  }
  return undo.move();
}

function observeAgent(agent: ObservableAgent, { metrics, tracer, events, alerts, activeSpans }: ObserveOptions) {
  if (metrics === undefined && tracer === undefined && events === undefined && alerts === undefined) {
    return { [Symbol.dispose]: () => {} };
  }
  keepShapes();
  const agentMetrics = metrics === undefined ? undefined : new AgentMetrics(metrics, agent.name);
  let known: ObservedPlan | undefined;
  const sinks: RunSinks = {
    metrics: agentMetrics,
    tracer,
    events: events === undefined ? undefined : new RunEmitters(events),
    alerts,
    plan: () => {
      const { plan } = agent; // another one when states were added
      return known?.plan === plan ? known : known = new ObservedPlan(agent, agentMetrics);
    },
  };
  return agent.observeRuns(
    tracer !== undefined && activeSpans === true
      ? (run) => new ActiveRunRecorder(sinks, run)
      : (run) => new RunRecorder(sinks, run),
  );
}

function claim(target: object, sink: object, refusal: () => Error): Disposable {
  const sinks = observed.get(target) ?? new Set();
  observed.set(target, sinks);
  if (sinks.has(sink)) throw refusal();
  sinks.add(sink);
  return { [Symbol.dispose]: () => void sinks.delete(sink) };
}

function nameOf(target: ObservableTarget): string {
  const found: unknown = target;
  if (typeof found === "object" && found !== null) {
    const name = "name" in found && typeof found.name === "string" ? ` "${found.name}"` : "";
    if ("observeRuns" in found) return `agent${name}`;
    if ("observeWaits" in found) return `pool${name}`;
  }
  throw new TypeError(
    `Cannot observe ${foundValue(target)}: expected an Agent, an AgentPool or a ResourcePool; pass one of them`,
  );
}

function requireOptions(what: string, options: ObserveOptions): void {
  const { metrics, tracer, events, alerts, name } = options;
  requireOption(what, "metrics", metrics === undefined || metrics instanceof Registry, "a Registry");
  requireOption(what, "tracer", tracer === undefined || typeof tracer.startSpan === "function", "a tracer");
  requireOption(what, "events", events === undefined || typeof events.event === "function", "an EventBus");
  requireOption(what, "alerts", alerts === undefined || typeof alerts.trigger === "function", "an AlertManager");
  requireOption(what, "name", name === undefined || typeof name === "string" && name !== "", "a text");
}

function requireOption(what: string, option: string, isValid: boolean, wanted: string): void {
  if (isValid) return;
  throw new TypeError(`Cannot observe ${what} with these ${option}: expected ${wanted}; pass one, or leave it out`);
}
