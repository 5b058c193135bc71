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
import { RunTracer, type StateDependencies } from "./run_tracer.ts";

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
  readonly dependencies: () => StateDependencies;
}

/** For how long a dead letter's alert fires. */
const DEAD_LETTER_FIRES_MS = 300_000;

/** Records a run. Metrics come first, for they fail never; then events, whose handlers are kept apart by the bus; then spans. */
export class RunRecorder implements RunListener {
  readonly #sinks: RunSinks;
  readonly #run: ObservedRun;
  /** Its spans, once it has begun and if it is traced. */
  protected spans: RunTracer | undefined = undefined;

  /** Of a run that is about to begin. */
  constructor(sinks: RunSinks, run: ObservedRun) {
    this.#sinks = sinks;
    this.#run = run;
  }

  onRunStart(run: ObservedRun, atMs: number): void {
    const { metrics, events, tracer, dependencies } = this.#sinks;
    if (metrics !== undefined) metrics.started();
    if (events !== undefined) events.runStart.emit({ runId: run.runId, agent: run.agent });
    if (tracer !== undefined) this.spans = new RunTracer(tracer, run, dependencies(), atMs);
  }

  onStateStart(event: ObservedStart, atMs: number): void {
    const { metrics, events } = this.#sinks, { state, attempt, isFirst } = event;
    if (metrics !== undefined && isFirst) metrics.state(state).started();
    if (events !== undefined) {
      const { runId, agent } = this.#run;
      events.stateStart.emit({ runId, agent, state, attempt });
    }
    if (isFirst) this.spans?.started(event, atMs);
  }

  onStateEnd(event: ObservedEnd, atMs: number): void {
    const { metrics, events } = this.#sinks;
    if (metrics !== undefined) metrics.state(event.state).ended(event);
    if (events !== undefined) {
      const { runId, agent } = this.#run, { state, status, attempts, durationMs = 0, waitedMs, error } = event;
      events.stateEnd.emit({ runId, agent, state, status, attempts, durationMs, waitedMs, error });
    }
    this.spans?.ended(event, atMs);
  }

  onRetry(event: ObservedAttempt & { readonly delayMs: number; readonly error: unknown }): void {
    const { metrics, events } = this.#sinks,
      { runId, agent } = this.#run,
      { step, state, attempt, delayMs, error } = event;
    metrics?.state(state).retries.inc();
    events?.stateRetry.emit({ runId, agent, state, attempt, delayMs, error });
    this.spans?.retried(step, attempt, event);
  }

  onPreempt({ step, state, attempt, reason }: ObservedAttempt & { readonly reason: unknown }): void {
    const { metrics, events } = this.#sinks, { runId, agent } = this.#run;
    metrics?.state(state).preemptions.inc();
    events?.statePreempt.emit({ runId, agent, state, attempt, reason });
    this.spans?.preempted(step, attempt);
  }

  onDeadLetter(
    { state, attempts, error }: { readonly state: string; readonly attempts: number; readonly error: unknown },
  ): void {
    const { metrics, events, alerts } = this.#sinks, { runId, agent } = this.#run;
    metrics?.state(state).deadLetters.inc();
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
    { status, durationMs = 0, error }: {
      readonly status: ObservedStatus;
      readonly durationMs: number | undefined;
      readonly error: unknown;
    },
    _run: ObservedRun,
    atMs: number,
  ): void {
    const { metrics, events } = this.#sinks;
    if (metrics !== undefined) metrics.ended(status, durationMs, this.spans?.span, atMs);
    if (events !== undefined) {
      const { runId, agent } = this.#run;
      events.runEnd.emit({ runId, agent, status, durationMs, error });
    }
    this.spans?.runEnded(status, error, atMs);
  }
}

/** As a {@linkcode RunRecorder}, and the span of a state is active while its function runs. */
export class ActiveRunRecorder extends RunRecorder {
  /** With the state's span active. */
  callState(step: number, call: () => void): void {
    if (this.spans === undefined) call();
    else this.spans.call(step, call);
  }
}
