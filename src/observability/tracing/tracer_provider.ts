/**
 * Makes tracers.
 *
 * @module
 */

import {
  context as contexts,
  type ContextManager,
  propagation,
  type TextMapPropagator,
  trace,
  type TracerOptions,
  type TracerProvider as ApiTracerProvider,
} from "@opentelemetry/api";
import type { WaitOptions } from "../../coordination/waiter.ts";
import { PuffinError } from "../../errors.ts";
import { waitWithin } from "../wait_within.ts";
import { AsyncContextManager } from "./async_context_manager.ts";
import { EpochClock } from "./epoch_clock.ts";
import { ProcessorList } from "./processor_list.ts";
import { w3cPropagator } from "./propagators.ts";
import { RandomWords } from "./random_words.ts";
import type { InstrumentationScope, SpanProcessor } from "./readable_span.ts";
import type { Sampler } from "./sampler.ts";
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler } from "./samplers.ts";
import { fullSpanLimits, type SpanLimits } from "./span_limits.ts";
import type { SpanPipeline } from "./span_origin.ts";
import { DEFAULT_RESOURCE, TelemetryResource } from "./telemetry_resource.ts";
import { textOf } from "./text_of.ts";
import { Tracer } from "./tracer.ts";
import type { Attributes } from "@opentelemetry/api";
import { requireOptions } from "../../coordination/require_options.ts";

/** What a {@linkcode TracerProvider} is made with; everything may be left out. */
export interface TracerProviderOptions {
  /** Who is told of spans: ours, or those of `@opentelemetry/sdk-trace`. Default: nobody. */
  readonly spanProcessors?: readonly SpanProcessor[];
  /** Which spans are recorded. Default: `parentbased_always_on`. */
  readonly sampler?: Sampler;
  /** How large a span may grow. */
  readonly spanLimits?: SpanLimits;
  /** What is said of this program, added to the defaults. `service.name` should be among it. */
  readonly resource?: TelemetryResource | Attributes;
}

/** What a {@linkcode TracerProvider} registers beside itself. */
export interface RegisterOptions {
  /** Default: an {@linkcode AsyncContextManager}. */
  readonly contextManager?: ContextManager;
  /** Default: W3C's trace context and baggage. */
  readonly propagator?: TextMapPropagator;
}

const LONGEST_FLUSH: WaitOptions = { timeoutMs: 30_000 };

/** Thrown when another tracer provider is registered already, such as Deno's own, with `OTEL_DENO=true`. */
export class TracingTakenError extends PuffinError {
  /** Stable across releases. */
  override readonly code = "tracing_taken";

  /** Words the message. */
  constructor(what: string) {
    super(
      `Cannot register the ${what}: OpenTelemetry's API has one already; run without OTEL_DENO, dispose of the other, ` +
        `or leave it and use getTracer() of this provider`,
    );
  }
}

/**
 * Traces a program, through the interfaces of `@opentelemetry/api`.
 *
 * Use its tracers directly, or register it, and every library that is instrumented with the API shows up in its traces.
 * Any processor and exporter of `@opentelemetry/sdk-trace` takes its spans. Beside Deno's own provider (`OTEL_DENO=true`)
 * it can be used, but not registered: spans of one are then no parents of the other's.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SpanRing } from "./span_ring.ts";
 * import { TracerProvider } from "./tracer_provider.ts";
 *
 * const ring = new SpanRing();
 * const provider = new TracerProvider({ spanProcessors: [ring], resource: { "service.name": "shop" } });
 * const tracer = provider.getTracer("checkout");
 * {
 *   using span = tracer.startSpan("pay");
 *   span.setAttribute("amount", 12);
 * }
 * assertEquals(ring.spans().map(({ name, attributes }) => [name, attributes.amount]), [["pay", 12]]);
 * await provider.shutdown();
 * ```
 */
export class TracerProvider implements ApiTracerProvider, AsyncDisposable {
  readonly #pipeline: SpanPipeline;
  readonly #tracers = new Map<string, Tracer>();
  #shutdown: Promise<void> | undefined = undefined;

  /**
   * Starts nothing.
   *
   * @throws {RangeError} If a limit is out of range.
   * @throws {TypeError} If there is no such limit, or a processor or the sampler is none.
   */
  constructor(options: TracerProviderOptions = {}) {
    requireOptions("trace", options);
    const { spanProcessors = [], sampler, spanLimits, resource = {} } = options;
    if (!Array.isArray(spanProcessors)) {
      throw new TypeError(
        `Cannot trace with spanProcessors ${textOf(spanProcessors)}: expected a list; pass [] for none`,
      );
    }
    if (sampler !== undefined && typeof sampler?.shouldSample !== "function") {
      throw new TypeError(`Cannot trace with sampler ${textOf(sampler)}: expected one; pass new AlwaysOnSampler()`);
    }
    this.#pipeline = {
      resource: DEFAULT_RESOURCE.merge(resource instanceof TelemetryResource ? resource : { attributes: resource }),
      limits: fullSpanLimits(spanLimits),
      processor: spanProcessors.length === 0 ? undefined : new ProcessorList(spanProcessors),
      clock: new EpochClock(),
      words: new RandomWords(),
      sampler: sampler ?? new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    };
  }

  /** A tracer for a library: the same one for the same name, version and schema. What is no text is left out. */
  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    const schemaUrl = options?.schemaUrl;
    const scope: InstrumentationScope = {
      name: typeof name === "string" ? name : "",
      ...(typeof version === "string" ? { version } : {}),
      ...(typeof schemaUrl === "string" ? { schemaUrl } : {}),
    };
    const key = JSON.stringify(scope);
    let tracer = this.#tracers.get(key);
    if (tracer === undefined) {
      this.#tracers.set(key, tracer = new Tracer({ scope, pipeline: this.#pipeline }));
    }
    return tracer;
  }

  /**
   * Makes it the one that `trace.getTracer()` of the API finds. Disposing of the answer takes all three back.
   *
   * @throws {TracingTakenError} If there is another provider, context manager or propagator; then none of ours stays.
   */
  register(options: RegisterOptions = {}): Disposable {
    const { contextManager = new AsyncContextManager(), propagator = w3cPropagator() } = requireOptions(
      "register a tracer provider",
      options,
    );
    using undo = new DisposableStack();
    if (!trace.setGlobalTracerProvider(this)) throw new TracingTakenError("tracer provider");
    undo.defer(() => trace.disable());
    if (!contexts.setGlobalContextManager(contextManager)) throw new TracingTakenError("context manager");
    undo.defer(() => contexts.disable());
    if (!propagation.setGlobalPropagator(propagator)) throw new TracingTakenError("propagator");
    undo.defer(() => propagation.disable());
    return undo.move();
  }

  /**
   * Resolves when the processors have exported what has ended. It waits for 30 s, or as the options say; the export goes on.
   *
   * @throws {WaitTimeoutError} When time is up.
   */
  forceFlush(options: WaitOptions = LONGEST_FLUSH): Promise<void> {
    const flushed = this.#pipeline.processor?.forceFlush() ?? Promise.resolve();
    return waitWithin(flushed, "export of spans", options);
  }

  /** Records nothing more, and flushes. Waits and rejects as {@linkcode forceFlush} does; a second call waits for the first. */
  shutdown(options: WaitOptions = LONGEST_FLUSH): Promise<void> {
    this.#pipeline.sampler = new AlwaysOffSampler();
    this.#shutdown ??= this.#pipeline.processor?.shutdown() ?? Promise.resolve();
    return waitWithin(this.#shutdown, "end of tracing", options);
  }

  /** Shuts down. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }
}
