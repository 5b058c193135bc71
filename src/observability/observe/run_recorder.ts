/**
 * One run, on its way into metrics, spans and events.
 *
 * @module
 */

import type { Tracer } from "@opentelemetry/api";
import type { AlertManager } from "../alerts/alert_manager.ts";
import type { Emitter } from "../events/emitter.ts";
import type { EventBus } from "../events/event_bus.ts";
import type { AgentMetrics } from "./agent_metrics.ts";
import type {
  ObservedAttempt,
  ObservedEnd,
  ObservedRun,
  ObservedStart,
  ObservedStatus,
  RunListener,
} from "./observable_target.ts";
import type { RunEvents } from "./run_events.ts";
import type { ObservedPlan } from "./observed_plan.ts";
import { RunTracer } from "./run_tracer.ts";

/** The events of runs, looked up once. */
export class RunEmitters {
  readonly runStart: Emitter<RunEvents["run.start"]>;
  readonly runEnd: Emitter<RunEvents["run.end"]>;
  readonly stateStart: Emitter<RunEvents["state.start"]>;
  readonly stateEnd: Emitter<RunEvents["state.end"]>;
  readonly stateRetry: Emitter<RunEvents["state.retry"]>;
  readonly statePreempt: Emitter<RunEvents["state.preempt"]>;
  readonly stateDeadLetter: Emitter<RunEvents["state.dead_letter"]>;

  /** Looks them up. */
  constructor(bus: EventBus<RunEvents>) {
    this.runStart = bus.event("run.start");
    this.runEnd = bus.event("run.end");
    this.stateStart = bus.event("state.start");
    this.stateEnd = bus.event("state.end");
    this.stateRetry = bus.event("state.retry");
    this.statePreempt = bus.event("state.preempt");
    this.stateDeadLetter = bus.event("state.dead_letter");
  }
}

/** Where the runs of an agent are recorded; each may be left out, and then costs a check of `undefined`. */
export interface RunSinks {
  readonly metrics: AgentMetrics | undefined;
  readonly tracer: Tracer | undefined;
  readonly events: RunEmitters | undefined;
  readonly alerts: AlertManager | undefined;
  /** Of the agent's states as they are now. */
  readonly plan: () => ObservedPlan;
}

/** For how long a dead letter's alert fires. */
const DEAD_LETTER_FIRES_MS = 300_000;

/**
 * Records a run. Metrics come first, for they fail never; then events, whose handlers are kept apart by the bus; then spans. Hot path:
 * what is told of an event is made only if somebody hears it.
 */
export class RunRecorder implements RunListener {
  readonly #sinks: RunSinks;
  readonly #run: ObservedRun;
  readonly #plan: ObservedPlan;
  /** Its spans, once it has begun, if any of them may be recorded. */
  protected spans: RunTracer | undefined = undefined;

  /** Of a run that is about to begin. */
  constructor(sinks: RunSinks, run: ObservedRun) {
    this.#sinks = sinks;
    this.#run = run;
    this.#plan = sinks.plan();
  }

  onRunStart(run: ObservedRun, atMs: number): void {
    const { metrics, events, tracer } = this.#sinks;
    if (metrics !== undefined) metrics.started();
    if (events !== undefined && !events.runStart.skip()) events.runStart.emit({ runId: run.runId, agent: run.agent });
    if (tracer !== undefined) this.trace(new RunTracer(tracer, run, this.#plan, atMs));
  }

  onStateStart(event: ObservedStart, atMs: number): void {
    const { events } = this.#sinks, observed = event.isFirst ? this.#plan.state(event.state) : undefined;
    if (observed?.metrics !== undefined) observed.metrics.started();
    if (events !== undefined && !events.stateStart.skip()) {
      const { runId, agent } = this.#run, { state, attempt } = event;
      events.stateStart.emit({ runId, agent, state, attempt });
    }
    if (observed !== undefined && this.spans !== undefined) this.spans.started(observed, event, atMs);
  }

  onStateEnd(event: ObservedEnd, atMs: number): void {
    const { events } = this.#sinks, observed = this.#plan.state(event.state);
    if (observed.metrics !== undefined) observed.metrics.ended(event);
    if (events !== undefined && !events.stateEnd.skip()) {
      const { runId, agent } = this.#run, { state, status, attempts, durationMs = 0, waitedMs, error } = event;
      events.stateEnd.emit({ runId, agent, state, status, attempts, durationMs, waitedMs, error });
    }
    if (this.spans !== undefined) this.spans.ended(observed, event, atMs);
  }

  onRetry(event: ObservedAttempt & { readonly delayMs: number; readonly error: unknown }): void {
    const { runId, agent } = this.#run, { step, state, attempt, delayMs, error } = event;
    this.#plan.state(state).metrics?.retries.inc();
    this.#sinks.events?.stateRetry.emit({ runId, agent, state, attempt, delayMs, error });
    this.spans?.retried(step, attempt, event);
  }

  onPreempt({ step, state, attempt, reason }: ObservedAttempt & { readonly reason: unknown }): void {
    const { runId, agent } = this.#run;
    this.#plan.state(state).metrics?.preemptions.inc();
    this.#sinks.events?.statePreempt.emit({ runId, agent, state, attempt, reason });
    this.spans?.preempted(step, attempt);
  }

  onDeadLetter(
    { state, attempts, error }: { readonly state: string; readonly attempts: number; readonly error: unknown },
  ): void {
    const { events, alerts } = this.#sinks, { runId, agent } = this.#run;
    this.#plan.state(state).metrics?.deadLetters.inc();
    events?.stateDeadLetter.emit({ runId, agent, state, attempts, error });
    if (alerts?.closed === false) {
      alerts.trigger("PuffinflowDeadLetter", {
        labels: { agent, state },
        annotations: { summary: `State "${state}" of agent "${agent}" failed for good` },
        resolveAfterMs: DEAD_LETTER_FIRES_MS,
      });
    }
  }

  onRunEnd(
    result: { readonly status: ObservedStatus; readonly durationMs: number | undefined; readonly error: unknown },
    _run: ObservedRun,
    atMs: number,
  ): void {
    const { metrics, events } = this.#sinks, { status, durationMs = 0, error } = result;
    if (metrics !== undefined) metrics.ended(status, durationMs, this.spans?.span, atMs);
    if (events !== undefined && !events.runEnd.skip()) {
      const { runId, agent } = this.#run;
      events.runEnd.emit({ runId, agent, status, durationMs, error });
    }
    if (this.spans !== undefined) this.spans.runEnded(status, error, atMs);
  }

  /** Traces the run, unless the sampler has left all of it out. */
  protected trace(spans: RunTracer): void {
    if (!spans.isIdle) this.spans = spans;
  }
}

/** As a {@linkcode RunRecorder}, and the span of a state is active while its function runs. */
export class ActiveRunRecorder extends RunRecorder {
  /** With the state's span active. */
  callState(step: number, call: () => void): void {
    if (this.spans === undefined) call();
    else this.spans.call(step, call);
  }

  /** Also if nothing is recorded: what the functions call must learn that. */
  protected override trace(spans: RunTracer): void {
    this.spans = spans;
  }
}
