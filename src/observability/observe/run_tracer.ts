/**
 * The spans of a run.
 *
 * @module
 */

import { type Context, context as contexts, type Span, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import type { LateAttributes } from "../tracing/attribute_set.ts";
import { exceptionAttributes } from "../tracing/span_details.ts";
import { RecordedSpan } from "../tracing/recorded_span.ts";
import { Tracer as OurTracer } from "../tracing/tracer.ts";
import { SpanIdentity } from "../tracing/span_identity.ts";
import { SpanScope } from "../tracing/span_scope.ts";
import type { ObservedEnd, ObservedRun, ObservedStart, ObservedStatus } from "./observable_target.ts";
import type { ObservedPlan, ObservedState } from "./observed_plan.ts";
import { OpenSteps } from "./open_steps.ts";
import { RunDescription, runOutcome, stateOutcome } from "./run_attributes.ts";

/**
 * A span for the run, a child of whatever is active when it begins, and one for each step of a state, a child of the run's and linked
 * to the last steps of the states that it depends on.
 */
export class RunTracer {
  /** The run's span. */
  readonly span: Span;
  readonly #tracer: Tracer;
  readonly #plan: ObservedPlan;
  readonly #scope: Context;
  readonly #open = new OpenSteps<Span>();
  /** By the place of a state, its last step that has ended. */
  #ended: (Span | undefined)[] | undefined = undefined;

  /** Starts the run's span. */
  constructor(tracer: Tracer, run: ObservedRun, plan: ObservedPlan, atMs: number) {
    const parent = contexts.active(), span = start(tracer, plan.spanName, parent, atMs);
    this.span = span;
    this.#tracer = tracer;
    this.#plan = plan;
    this.#scope = new SpanScope(parent, span);
    describe(span, new RunDescription(run));
  }

  /** Whether no span of a state would be recorded. */
  get isIdle(): boolean {
    return !this.span.isRecording() && isOurs(this.#tracer) && this.#tracer.dropsWholeTraces;
  }

  /** A step begins. */
  started(state: ObservedState, event: ObservedStart, atMs: number): void {
    const span = start(this.#tracer, state.spanName, this.#scope, atMs);
    this.#open.add(event.step, span);
    describe(span, state.describe(event));
    const ended = this.#ended;
    if (ended === undefined) return;
    for (const { place } of state.dependencies) {
      const before = ended[place];
      if (before !== undefined) link(span, before);
    }
  }

  /** Calls the function of a step's state with its span active. */
  call(step: number, fn: () => void): void {
    const span = this.#open.of(step);
    if (span === undefined) return fn();
    contexts.with(new SpanScope(this.#scope, span), fn);
  }

  /** An attempt failed and another will follow. */
  retried(
    step: number,
    attempt: number,
    { delayMs, error }: { readonly delayMs: number; readonly error: unknown },
  ): void {
    const span = this.#open.of(step);
    if (span?.isRecording() !== true) return;
    span.addEvent("exception", exceptionAttributes(error));
    span.addEvent("retry", { "puffinflow.attempt": attempt, "puffinflow.delay_ms": delayMs });
  }

  /** An attempt's resources were taken back. */
  preempted(step: number, attempt: number): void {
    this.#open.of(step)?.addEvent("preempt", { "puffinflow.attempt": attempt });
  }

  /** A step has ended. */
  ended({ place }: ObservedState, event: ObservedEnd, atMs: number): void {
    const { step, status, error } = event, span = this.#open.end(step);
    if (span === undefined) return;
    (this.#ended ??= new Array(this.#plan.size))[place] = span; // an empty one would make room for 17
    describe(span, stateOutcome(event));
    if ((status === "failed" || status === "timed_out") && span.isRecording()) {
      span.addEvent("exception", exceptionAttributes(error));
      fail(span, error);
    }
    end(span, atMs);
  }

  /** The run has ended. */
  runEnded(status: ObservedStatus, error: unknown, atMs: number): void {
    const { span } = this;
    describe(span, runOutcome(status));
    if (status === "failed" || status === "timed_out") fail(span, error);
    end(span, atMs);
  }
}

/** Our own spans take the run's reading of the clock over; others, and those of a tracer that was patched, read their own. */
function start(tracer: Tracer, name: string, parent: Context, atMs: number): Span {
  return isOurs(tracer) ? tracer.startSpanAt(name, parent, atMs) : tracer.startSpan(name, undefined, parent);
}

function isOurs(tracer: Tracer): tracer is OurTracer {
  return tracer instanceof OurTracer && tracer.startSpan === OurTracer.prototype.startSpan;
}

/** Our own spans make attributes of it when somebody asks. */
function describe(span: Span, attributes: LateAttributes): void {
  if (span instanceof RecordedSpan) span.describe(attributes);
  else if (span.isRecording()) span.setAttributes(attributes.toAttributes());
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
