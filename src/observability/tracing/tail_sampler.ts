/**
 * Which traces are exported, decided when they are over.
 *
 * @module
 */

import { type Context, type Span, SpanStatusCode } from "@opentelemetry/api";
import { requireCount } from "../../coordination/require_count.ts";
import { WaitLine } from "../../coordination/wait_line.ts";
import { requireNumber } from "../../reliability/require_number.ts";
import { type Timer, timers } from "../../reliability/timer_wheel.ts";
import type { LocalTrace } from "./local_trace.ts";
import { requireProcessor } from "./processor_list.ts";
import type { ReadableSpan, SpanProcessor } from "./readable_span.ts";
import { RecordedSpan } from "./recorded_span.ts";
import { roughSize } from "./rough_size.ts";
import { SAMPLING } from "./sampler.ts";
import { TraceIdRatioSampler } from "./samplers.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** Which traces a {@linkcode TailSampler} keeps, and how much memory it may take. */
export interface TailSamplerOptions {
  /** Keeps traces whose local root took at least so many milliseconds; at least 0. By default none for that. */
  readonly keepSlowerThanMs?: number;
  /** Keeps traces in which a span has failed, as its status says. Default true. */
  readonly keepFailed?: boolean;
  /** Which share of all others it keeps, from 0 to 1. Default 0. */
  readonly keepRatio?: number;
  /** How long it waits after the local root's end for spans that still run, in milliseconds; at least 0. Default 0. */
  readonly decisionWaitMs?: number;
  /** How many spans it holds: from 1 to 1e7. Default 10,000. */
  readonly maxSpans?: number;
  /** How many bytes they may take, roughly: from 1. Default 64 MiB. */
  readonly maxBytes?: number;
}

/** What has become of the spans that a {@linkcode TailSampler} was given. */
export interface TailSamplerCounts {
  /** Held until their traces are decided. */
  readonly held: number;
  /** What they take, roughly. */
  readonly heldBytes: number;
  /** Passed on. */
  readonly kept: number;
  /** Of traces that were not to be kept. */
  readonly discarded: number;
  /** Of traces that were given up for want of memory. */
  readonly evicted: number;
}

type Verdict = "kept" | "discarded" | "evicted";

/** The spans of a trace below one local root. */
class HeldTrace {
  readonly trace: LocalTrace;
  /** Its place in one of the lines. */
  previous: HeldTrace | undefined = undefined;
  next: HeldTrace | undefined = undefined;
  readonly spans: ReadableSpan[] = [];
  bytes = 0;
  running = 0;
  hasFailed = false;
  root: RecordedSpan | undefined = undefined;
  timer: Timer | undefined = undefined;

  constructor(trace: LocalTrace) {
    this.trace = trace;
  }
}

/**
 * Holds the spans of each trace until its local root, the first span in this process, has ended, and passes them on to
 * another processor if the trace was slow or failed, or is of the share that is kept anyway.
 *
 * The decision falls when the root has ended and no other span of the trace runs, at the latest `decisionWaitMs` after the
 * root; spans that end later go the same way. When the held spans exceed a bound, the trace that has held some for longest
 * is given up, and counted as evicted; so is the oldest of which no span has ended, when `maxSpans` traces are under way. It needs every span recorded: leave the provider's sampler at its default. A span costs O(1).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SpanRing } from "./span_ring.ts";
 * import { TailSampler } from "./tail_sampler.ts";
 * import { TracerProvider } from "./tracer_provider.ts";
 *
 * const ring = new SpanRing();
 * const provider = new TracerProvider({ spanProcessors: [new TailSampler(ring, { keepSlowerThanMs: 500 })] });
 * const tracer = provider.getTracer("shop");
 * tracer.startSpan("quick").end();
 * tracer.startSpan("failed").setStatus({ code: 2 }).end();
 * assertEquals(ring.spans().map(({ name }) => name), ["failed"]);
 * ```
 */
export class TailSampler implements SpanProcessor {
  readonly #next: SpanProcessor;
  readonly #slowMs: number;
  readonly #keepFailed: boolean;
  readonly #ratio: TraceIdRatioSampler;
  readonly #waitMs: number;
  readonly #maxSpans: number;
  readonly #maxBytes: number;
  readonly #held = new Map<LocalTrace, HeldTrace>();
  // Each held trace is in one of these, the oldest first: a map that is emptied from its beginning is slow to find its first.
  /** Those of which no span has ended. */
  readonly #silent = new WaitLine<HeldTrace>();
  /** Those with spans that take memory. */
  readonly #filled = new WaitLine<HeldTrace>();
  readonly #verdicts = new WeakMap<LocalTrace, Verdict>();
  #spans = 0;
  #bytes = 0;
  readonly #counts: Record<Verdict, number> = { kept: 0, discarded: 0, evicted: 0 };

  /**
   * Passes on to `next`.
   *
   * @throws {RangeError} If an option is out of range.
   * @throws {TypeError} If `next` is no processor.
   */
  constructor(next: SpanProcessor, options: TailSamplerOptions = {}) {
    requireOptions("sample traces", options);
    const { keepSlowerThanMs, keepFailed = true, keepRatio = 0, decisionWaitMs = 0 } = options;
    const { maxSpans = 10_000, maxBytes = 2 ** 26 } = options;
    requireCount("sample traces with maxSpans", maxSpans, { min: 1, max: 1e7 });
    this.#next = requireProcessor("sample traces", next);
    this.#slowMs = keepSlowerThanMs === undefined
      ? Infinity
      : requireNumber("keepSlowerThanMs", keepSlowerThanMs, "delay");
    this.#keepFailed = keepFailed;
    this.#ratio = new TraceIdRatioSampler(keepRatio);
    this.#waitMs = requireNumber("decisionWaitMs", decisionWaitMs, "delay");
    this.#maxSpans = maxSpans;
    this.#maxBytes = requireNumber("maxBytes", maxBytes, "count");
  }

  /** What has become of its spans so far. */
  get counts(): TailSamplerCounts {
    return { held: this.#spans, heldBytes: this.#bytes, ...this.#counts };
  }

  /** Notes that it runs. */
  onStart(span: Span & ReadableSpan, parentContext: Context): void {
    this.#next.onStart(span, parentContext);
    if (!(span instanceof RecordedSpan) || this.#verdicts.has(span.ids.trace)) return;
    let held = this.#held.get(span.ids.trace);
    if (held === undefined) {
      held = new HeldTrace(span.ids.trace);
      this.#held.set(span.ids.trace, held);
      this.#silent.insertAfter(this.#silent.last, held);
    }
    held.running++;
    if (this.#held.size <= this.#maxSpans) return;
    const silent = this.#silent.first;
    this.#evict(silent === held ? this.#filled.first : silent);
  }

  /** Holds it, or does with it as with the rest of its trace. A span of another provider is passed on. */
  onEnd(span: ReadableSpan): void {
    if (!(span instanceof RecordedSpan)) return this.#next.onEnd(span);
    const held = this.#held.get(span.ids.trace);
    if (held === undefined) return this.#settle(span, this.#verdicts.get(span.ids.trace) ?? "evicted");
    const bytes = roughSize(span);
    if (held.spans.length === 0) {
      this.#silent.remove(held);
      this.#filled.insertAfter(this.#filled.last, held);
    }
    held.running--;
    held.spans.push(span);
    held.bytes += bytes;
    held.hasFailed ||= span.status.code === SpanStatusCode.ERROR;
    if (span.isLocalRoot) held.root = span;
    this.#spans++;
    this.#bytes += bytes;
    if (held.root !== undefined) this.#decideSoon(held);
    while (this.#spans > this.#maxSpans || this.#bytes > this.#maxBytes) this.#evict(this.#filled.first);
  }

  /** Decides the traces whose root has ended, and flushes the next processor. */
  forceFlush(): Promise<void> {
    for (const held of this.#held.values()) if (held.root !== undefined) this.#decide(held);
    return this.#next.forceFlush();
  }

  /** Decides all traces as they are now, and shuts the next processor down. */
  shutdown(): Promise<void> {
    for (const held of this.#held.values()) this.#decide(held);
    return this.#next.shutdown();
  }

  #decideSoon(held: HeldTrace): void {
    if (held.running === 0 || this.#waitMs === 0) return this.#decide(held);
    held.timer ??= timers.scheduleInBackground(this.#waitMs, { fire: () => this.#decide(held) });
  }

  #decide(held: HeldTrace): void {
    const isKept = this.#keepFailed && held.hasFailed ||
      held.root !== undefined && held.root.durationMs >= this.#slowMs ||
      this.#ratio.decide(undefined, held.trace) !== SAMPLING.NOT_RECORD;
    this.#release(held, isKept ? "kept" : "discarded");
  }

  #evict(oldest: HeldTrace | undefined): void {
    if (oldest !== undefined) this.#release(oldest, "evicted");
  }

  #release(held: HeldTrace, verdict: Verdict): void {
    if (held.timer !== undefined) timers.cancel(held.timer);
    this.#held.delete(held.trace);
    (held.spans.length === 0 ? this.#silent : this.#filled).remove(held);
    this.#verdicts.set(held.trace, verdict);
    this.#spans -= held.spans.length;
    this.#bytes -= held.bytes;
    for (const span of held.spans) this.#settle(span, verdict);
  }

  #settle(span: ReadableSpan, verdict: Verdict): void {
    this.#counts[verdict]++;
    if (verdict === "kept") this.#next.onEnd(span);
  }
}
