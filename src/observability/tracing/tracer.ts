/**
 * Starts spans.
 *
 * @module
 */

import {
  type Attributes,
  type Context,
  context as contexts,
  isSpanContextValid,
  type Span,
  type SpanContext,
  SpanKind,
  type SpanOptions,
  type Tracer as ApiTracer,
  type TraceState,
} from "@opentelemetry/api";
import { AttributeSet } from "./attribute_set.ts";
import { diagnose } from "./diagnose.ts";
import { LocalTrace } from "./local_trace.ts";
import { kindOf, RecordedSpan } from "./recorded_span.ts";
import { type Sampler, SAMPLING, TraceSampler } from "./sampler.ts";
import { SpanIdentity, SpanIds } from "./span_identity.ts";
import type { SpanOrigin } from "./span_origin.ts";
import { isSuppressed, spanOf, SpanScope } from "./span_scope.ts";
import { textOf } from "./text_of.ts";
import type { TracedSpan } from "./traced_span.ts";
import { UnrecordedSpan } from "./unrecorded_span.ts";
import { requireFunction } from "../../coordination/require_function.ts";

const NO_OPTIONS: SpanOptions = {};

/** Starts spans for one library; made by {@linkcode TracerProvider.getTracer}. */
export class Tracer implements ApiTracer {
  readonly #origin: SpanOrigin;

  /** For {@linkcode TracerProvider}. */
  constructor(origin: SpanOrigin) {
    this.#origin = origin;
  }

  /**
   * Starts a span; it ends when its `end` is called, or with the scope of a `using` declaration. It does not become active.
   *
   * @param name What is done, in few words: something by which spans can be grouped.
   * @param options Kind, attributes, links, another start, or `root` for one without a parent.
   * @param context Whose span is the parent. By default the active one.
   */
  startSpan(name: string, options: SpanOptions = NO_OPTIONS, context: Context = contexts.active()): TracedSpan {
    return this.#start(name, options, context, this.#origin.pipeline.clock.now());
  }

  /** As {@linkcode startSpan}, at a reading of the clock that the caller has just made. */
  startSpanAt(name: string, context: Context, now: number): TracedSpan {
    return this.#start(name, NO_OPTIONS, context, now);
  }

  /** Whether no span is recorded below one that was not. */
  get dropsWholeTraces(): boolean {
    const { sampler } = this.#origin.pipeline;
    return sampler instanceof TraceSampler && sampler.dropsWholeTraces;
  }

  #start(name: string, options: SpanOptions, context: Context, now: number): TracedSpan {
    const { pipeline } = this.#origin;
    const parent = isRoot(options) ? undefined : parentOf(spanOf(context));
    const trace = parent instanceof SpanIds
      ? parent.trace
      : new LocalTrace(pipeline.clock.anchorAt(now), parent === undefined ? pipeline.words : parent.traceId);
    if (isSuppressed(context)) return new UnrecordedSpan(new SpanIds(trace, pipeline.words, 0, undefined));

    const { sampler } = pipeline, kind = readKind(options);
    let { decision, attributes, traceState }: Decision = UNDECIDED;
    if (sampler instanceof TraceSampler) decision = sampler.decide(parent, trace);
    else {
      ({ decision, attributes, traceState } = askSampler(sampler, options, { context, traceId: trace.id, name, kind }));
    }
    const traceFlags = (decision === SAMPLING.RECORD_AND_SAMPLED ? 1 : 0) |
      (parent === undefined ? 0 : parent.traceFlags & 2);
    const ids = new SpanIds(trace, pipeline.words, traceFlags, traceState ?? parent?.traceState);
    if (decision === SAMPLING.NOT_RECORD) return new UnrecordedSpan(ids);

    const span = new RecordedSpan(this.#origin, ids, parent, { name: textOf(name), kind }, now);
    if (!(parent instanceof SpanIds)) trace.root = ids;
    if (options !== NO_OPTIONS) applyOptions(span, options);
    if (attributes !== undefined) span.setAttributes(attributes);
    pipeline.processor?.onStart(span, context);
    return span;
  }

  /** As {@linkcode startSpan}, and the span is active while `fn` runs, in what it awaits too. It is not ended. */
  startActiveSpan<F extends (span: TracedSpan) => unknown>(name: string, fn: F): ReturnType<F>;
  /** As above, with options. */
  startActiveSpan<F extends (span: TracedSpan) => unknown>(name: string, options: SpanOptions, fn: F): ReturnType<F>;
  /** As above, with a context whose span is the parent. */
  startActiveSpan<F extends (span: TracedSpan) => unknown>(
    name: string,
    options: SpanOptions,
    context: Context,
    fn: F,
  ): ReturnType<F>;
  startActiveSpan<F extends (span: TracedSpan) => unknown>(
    name: string,
    ...rest: [F] | [SpanOptions, F] | [SpanOptions, Context, F]
  ): ReturnType<F> {
    const [options, context, fn] = rest.length === 1
      ? [undefined, undefined, rest[0]]
      : rest.length === 2
      ? [rest[0], undefined, rest[1]]
      : rest;
    requireFunction("trace", fn);
    const parent = context ?? contexts.active(), span = this.startSpan(name, options, parent);
    return contexts.with<[TracedSpan], (span: TracedSpan) => ReturnType<F>>(
      new SpanScope(parent, span),
      fn as (span: TracedSpan) => ReturnType<F>,
      undefined,
      span,
    );
  }
}

interface Decision {
  readonly decision: number;
  readonly attributes?: Readonly<Attributes> | undefined;
  readonly traceState?: TraceState | undefined;
}

/** What a sampler of OpenTelemetry's form is told of a span, beside its options. */
interface SpanBeginning {
  readonly context: Context;
  readonly traceId: string;
  readonly name: string;
  readonly kind: SpanKind;
}

const UNDECIDED: Decision = { decision: SAMPLING.NOT_RECORD, attributes: undefined, traceState: undefined };

/** One that throws records nothing. */
function askSampler(
  sampler: Exclude<Sampler, TraceSampler>,
  options: SpanOptions,
  { context, traceId, name, kind }: SpanBeginning,
): Decision {
  try {
    const given = new AttributeSet().setAll(options.attributes, Infinity, Infinity).values, links = options.links ?? [];
    return sampler.shouldSample(context, traceId, name, kind, given, links);
  } catch (error) {
    diagnose("error", "A sampler has thrown", error);
    return UNDECIDED;
  }
}

function parentOf(span: Span | undefined): SpanIds | SpanContext | undefined {
  if (span === undefined) return undefined;
  if (span instanceof SpanIdentity) return span.ids;
  const context = span.spanContext();
  return isSpanContextValid(context) ? context : undefined;
}

// Options that cannot be read are as if they were left out: a library that gives such is not to fail for being traced.

function isRoot(options: SpanOptions): boolean {
  try {
    return options.root === true;
  } catch {
    return false;
  }
}

function readKind(options: SpanOptions): SpanKind {
  try {
    return kindOf(options.kind);
  } catch {
    return SpanKind.INTERNAL;
  }
}

function applyOptions(span: RecordedSpan, options: SpanOptions): void {
  try {
    const { attributes, links, startTime } = options;
    if (startTime !== undefined) span.startAt(startTime);
    if (attributes !== undefined) span.setAttributes(attributes);
    if (links !== undefined) span.addLinks(links);
  } catch {
    // As above.
  }
}
