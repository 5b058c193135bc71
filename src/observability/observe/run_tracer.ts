/**
 * The spans of a run.
 *
 * @module
 */

import { type Context, context as contexts, type Span, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import { exceptionAttributes } from "../tracing/span_details.ts";
import { RecordedSpan } from "../tracing/recorded_span.ts";
import { Tracer as OurTracer } from "../tracing/tracer.ts";
import { SpanIdentity } from "../tracing/span_identity.ts";
import { SpanScope } from "../tracing/span_scope.ts";
import type { ObservableAgent, ObservedEnd, ObservedRun, ObservedStart, ObservedStatus } from "./observable_target.ts";

/** What the states of a plan depend on, each looked up once. */
export class StateDependencies {
  readonly plan: ObservableAgent["plan"];
  readonly #known = new Map<string, readonly string[]>();

  /** Of this plan. */
  constructor(plan: ObservableAgent["plan"]) {
    this.plan = plan;
  }

  /** The states that a state depends on. */
  of(state: string): readonly string[] {
    let known = this.#known.get(state);
    if (known === undefined) this.#known.set(state, known = this.plan.dependenciesOf(state));
    return known;
  }
}

/**
 * A span for the run, a child of whatever is active when it begins, and one for each step of a state, a child of the run's and linked
 * to the last steps of the states that it depends on.
 */
export class RunTracer {
  readonly #tracer: Tracer;
  readonly #run: ObservedRun;
  readonly #span: Span;
  readonly #scope: Context;
  /** By step, while it has not ended. */
  readonly #open = new Map<number, Span>();
  /** By state, its last step that has ended. */
  readonly #ended = new Map<string, Span>();
  readonly #dependencies: StateDependencies;

  /** Starts the run's span. */
  constructor(tracer: Tracer, run: ObservedRun, dependencies: StateDependencies, atMs: number) {
    const parent = contexts.active(), span = start(tracer, `run ${run.agent}`, parent, atMs);
    this.#tracer = tracer;
    this.#run = run;
    this.#dependencies = dependencies;
    this.#span = span;
    this.#scope = new SpanScope(parent, span);
    if (!span.isRecording()) return;
    span.setAttribute("puffinflow.agent", run.agent);
    span.setAttribute("puffinflow.run_id", run.runId);
  }

  /** The run's span. */
  get span(): Span {
    return this.#span;
  }

  /** A step begins. */
  started({ step, state, resources }: ObservedStart, atMs: number): void {
    const span = start(this.#tracer, `state ${state}`, this.#scope, atMs);
    this.#open.set(step, span);
    if (!span.isRecording()) return;
    span.setAttribute("puffinflow.agent", this.#run.agent);
    span.setAttribute("puffinflow.state", state);
    for (const name in resources) span.setAttribute(`puffinflow.resources.${name}`, resources[name]!);
    for (const dependency of this.#dependencies.of(state)) {
      const before = this.#ended.get(dependency);
      if (before !== undefined) link(span, before);
    }
  }

  /** Calls the function of a step's state with its span active. */
  call(step: number, fn: () => void): void {
    const span = this.#open.get(step);
    if (span === undefined) return fn();
    contexts.with(new SpanScope(this.#scope, span), fn);
  }

  /** An attempt failed and another will follow. */
  retried(
    step: number,
    attempt: number,
    { delayMs, error }: { readonly delayMs: number; readonly error: unknown },
  ): void {
    const span = this.#open.get(step);
    if (span?.isRecording() !== true) return;
    span.addEvent("exception", exceptionAttributes(error));
    span.addEvent("retry", { "puffinflow.attempt": attempt, "puffinflow.delay_ms": delayMs });
  }

  /** An attempt's resources were taken back. */
  preempted(step: number, attempt: number): void {
    this.#open.get(step)?.addEvent("preempt", { "puffinflow.attempt": attempt });
  }

  /** A step has ended. */
  ended({ step, state, status, attempts, waitedMs, error }: ObservedEnd, atMs: number): void {
    const span = this.#open.get(step);
    if (span === undefined) return;
    this.#open.delete(step);
    this.#ended.set(state, span);
    if (span.isRecording()) {
      span.setAttribute("puffinflow.status", status);
      span.setAttribute("puffinflow.attempts", attempts);
      if (waitedMs !== undefined) span.setAttribute("puffinflow.waited_ms", waitedMs);
      if (status === "failed" || status === "timed_out") {
        span.addEvent("exception", exceptionAttributes(error));
        fail(span, error);
      }
    }
    end(span, atMs);
  }

  /** The run has ended. */
  runEnded(status: ObservedStatus, error: unknown, atMs: number): void {
    const span = this.#span;
    if (span.isRecording()) {
      span.setAttribute("puffinflow.status", status);
      if (status === "failed" || status === "timed_out") fail(span, error);
    }
    end(span, atMs);
  }
}

/** Our own spans take the run's reading of the clock over; others, and those of a tracer that was patched, read their own. */
function start(tracer: Tracer, name: string, parent: Context, atMs: number): Span {
  return tracer instanceof OurTracer && tracer.startSpan === OurTracer.prototype.startSpan
    ? tracer.startSpanAt(name, parent, atMs)
    : tracer.startSpan(name, undefined, parent);
}

function end(span: Span, atMs: number): void {
  if (span instanceof RecordedSpan) span.endAt(atMs);
  else span.end();
}

function link(span: Span, before: Span): void {
  if (span instanceof RecordedSpan && before instanceof SpanIdentity) span.linkTo(before);
  else span.addLink({ context: before.spanContext() });
}

function fail(span: Span, error: unknown): void {
  span.setStatus(
    error instanceof Error ? { code: SpanStatusCode.ERROR, message: error.message } : { code: SpanStatusCode.ERROR },
  );
}
