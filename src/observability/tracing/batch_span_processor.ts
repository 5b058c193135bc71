/**
 * Spans on their way out.
 *
 * @module
 */

import { context } from "@opentelemetry/api";
import { requireCount } from "../../coordination/require_count.ts";
import { Ring } from "../../coordination/ring.ts";
import { requireNumber } from "../../reliability/require_number.ts";
import { type Timer, timers } from "../../reliability/timer_wheel.ts";
import type { ExportResult, ReadableSpan, SpanExporter, SpanProcessor } from "./readable_span.ts";
import { type DropReason, type SpanDrop, tellDrop } from "./span_drops.ts";
import { SpanIdentity } from "./span_identity.ts";
import { UNTRACED_CONTEXT } from "./span_scope.ts";
import { textOf } from "./text_of.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** How a {@linkcode BatchSpanProcessor} works; the names and defaults are those of OpenTelemetry's specification. */
export interface BatchSpanProcessorOptions {
  /** How many ended spans wait at most: from 1 to 1e7. Default 2048. */
  readonly maxQueueSize?: number;
  /** How long the first waits at most, in milliseconds; at least 0. Default 5000. */
  readonly scheduledDelayMs?: number;
  /** How many are exported at once: from 1 to `maxQueueSize`. Default 512, or `maxQueueSize` if that is less. */
  readonly maxExportBatchSize?: number;
  /** How long an export may take, in milliseconds above 0. Default 30,000. */
  readonly exportTimeoutMs?: number;
  /** Is told of spans that were dropped, once for each export. By default OpenTelemetry's `diag` is. */
  readonly onDrop?: (drop: SpanDrop) => void;
}

/** What has become of the spans that were given to a processor. */
export interface BatchCounts {
  /** Waiting to be exported. */
  readonly queued: number;
  /** Being exported. */
  readonly exporting: number;
  /** Taken by the exporter. */
  readonly exported: number;
  /** Dropped, by reason. */
  readonly dropped: Readonly<Record<DropReason, number>>;
}

/** An exporter that never calls back keeps its batch: more than so many are not risked. */
const MAX_OVERDUE = 4;

/**
 * Gathers ended spans and exports them in batches, one batch at a time.
 *
 * It never makes the code that is traced wait, nor fail: a span that finds the queue full is dropped. Whatever is dropped
 * is counted in {@linkcode counts} and told to `onDrop`. An export that takes too long is given up, though not called
 * off; while more than four such exports have not ended, further batches are dropped. Unsampled spans are left out.
 * Ending a span costs O(1); its timer does not keep the process alive, so shut the provider down before you leave.
 */
export class BatchSpanProcessor implements SpanProcessor {
  readonly #exporter: SpanExporter;
  readonly #maxQueueSize: number;
  readonly #maxBatch: number;
  readonly #delayMs: number;
  readonly #exportTimeoutMs: number;
  readonly #onDrop: ((drop: SpanDrop) => void) | undefined;
  readonly #queue = new Ring<ReadableSpan>();
  readonly #dropped: Record<DropReason, number> = { queue_full: 0, export_failed: 0, export_timeout: 0, shut_down: 0 };
  #pushed = 0;
  #untoldFull = 0;
  #exported = 0;
  #exporting = 0;
  #overdue = 0;
  #timer: Timer | undefined = undefined;
  /** Whether the timer is set to fire at once. */
  #isUrgent = false;
  /** The export under way, and whatever follows it without a pause. */
  #working: Promise<void> | undefined = undefined;
  #shutdown: Promise<void> | undefined = undefined;

  /**
   * Starts nothing yet.
   *
   * @throws {RangeError} If an option is out of range.
   * @throws {TypeError} If the exporter is none.
   */
  constructor(exporter: SpanExporter, options: BatchSpanProcessorOptions = {}) {
    requireOptions("batch spans", options);
    const { maxQueueSize = 2048, scheduledDelayMs = 5000, exportTimeoutMs = 30_000, onDrop } = options;
    const { maxExportBatchSize = Math.min(512, maxQueueSize) } = options;
    if (typeof exporter?.export !== "function") {
      throw new TypeError(
        `Cannot batch spans for ${
          textOf(exporter)
        }: expected a span exporter; pass one, such as new OtlpHttpExporter()`,
      );
    }
    requireCount("batch spans with maxQueueSize", maxQueueSize, { min: 1, max: 1e7 });
    requireCount("batch spans with maxExportBatchSize", maxExportBatchSize, {
      min: 1,
      max: maxQueueSize,
      advice: "pass no more than maxQueueSize",
    });
    this.#exporter = exporter;
    this.#maxQueueSize = maxQueueSize;
    this.#maxBatch = maxExportBatchSize;
    this.#delayMs = requireNumber("scheduledDelayMs", scheduledDelayMs, "delay");
    this.#exportTimeoutMs = requireNumber("exportTimeoutMs", exportTimeoutMs, "duration");
    this.#onDrop = onDrop;
  }

  /** What has become of its spans so far. */
  get counts(): BatchCounts {
    return {
      queued: this.#queue.size,
      exporting: this.#exporting,
      exported: this.#exported,
      dropped: { ...this.#dropped },
    };
  }

  /** Does nothing. */
  onStart(): void {}

  /** Puts it in the queue. */
  onEnd(span: ReadableSpan): void {
    if (!isSampled(span)) return;
    if (this.#shutdown !== undefined) {
      this.#dropped.shut_down++;
      tellDrop({ reason: "shut_down", count: 1, error: undefined }, this.#onDrop);
      return;
    }
    if (this.#queue.size >= this.#maxQueueSize) {
      this.#dropped.queue_full++;
      this.#untoldFull++;
      return;
    }
    this.#queue.push(span);
    this.#pushed++;
    if (this.#timer === undefined || this.#queue.size >= this.#maxBatch && !this.#isUrgent) this.#schedule();
  }

  /** Called by the timer. */
  fire(): void {
    this.#timer = undefined;
    this.#isUrgent = false;
    this.#work(this.#queue.size);
  }

  /** Exports what is in the queue now; resolves when that is done, well or not. Calls at the same time share the work. */
  async forceFlush(): Promise<void> {
    const target = this.#pushed;
    while (this.#pushed - this.#queue.size - this.#exporting < target) await this.#work(this.#queue.size);
    await this.#exporter.forceFlush?.();
  }

  /** Exports what is in the queue, then shuts the exporter down; spans that end later are dropped. */
  shutdown(): Promise<void> {
    return this.#shutdown ??= this.#end();
  }

  async #end(): Promise<void> {
    try {
      await this.forceFlush();
    } finally {
      this.#cancelTimer();
      await this.#exporter.shutdown();
    }
  }

  /** Within a wheel's tick if a batch is full, after the delay otherwise; not while an export is under way. */
  #schedule(): void {
    if (this.#working !== undefined) return;
    const isUrgent = this.#queue.size >= this.#maxBatch;
    this.#cancelTimer();
    this.#isUrgent = isUrgent;
    this.#timer = timers.scheduleInBackground(isUrgent ? 0 : this.#delayMs, this);
  }

  #cancelTimer(): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
    this.#isUrgent = false;
  }

  /** Exports so many spans, and then whatever makes a full batch. */
  #work(spans: number): Promise<void> {
    return this.#working ??= this.#exportAll(spans).finally(() => {
      this.#working = undefined;
      if (this.#queue.size > 0) this.#schedule();
    });
  }

  async #exportAll(spans: number): Promise<void> {
    this.#cancelTimer();
    for (let left = spans; left > 0 || this.#queue.size >= this.#maxBatch; left -= this.#maxBatch) {
      const batch: ReadableSpan[] = [];
      for (let span = this.#queue.shift(); span !== undefined; span = this.#queue.shift()) {
        if (batch.push(span) === this.#maxBatch) break;
      }
      if (batch.length === 0) break;
      await this.#export(batch);
    }
    if (this.#untoldFull === 0) return;
    tellDrop({ reason: "queue_full", count: this.#untoldFull, error: undefined }, this.#onDrop);
    this.#untoldFull = 0;
  }

  async #export(batch: ReadableSpan[]): Promise<void> {
    this.#exporting = batch.length;
    const failure = this.#overdue > MAX_OVERDUE ? OVERDUE : await this.#attempt(batch);
    this.#exporting = 0;
    if (failure === undefined) {
      this.#exported += batch.length;
      return;
    }
    this.#dropped[failure.reason] += batch.length;
    tellDrop({ ...failure, count: batch.length }, this.#onDrop);
  }

  /** Why it failed, if it did. */
  #attempt(batch: ReadableSpan[]): Promise<Failure | undefined> {
    const { promise, resolve } = Promise.withResolvers<Failure | undefined>();
    let isOverdue = false, hasEnded = false;
    const timer = timers.schedule(this.#exportTimeoutMs, {
      fire: () => {
        isOverdue = true;
        this.#overdue++;
        resolve(OVERDUE);
      },
    });
    const end = ({ code, error }: ExportResult) => {
      if (hasEnded) return;
      hasEnded = true;
      if (isOverdue) this.#overdue--;
      timers.cancel(timer);
      resolve(code === 0 ? undefined : { reason: "export_failed", error });
    };
    try {
      context.with(UNTRACED_CONTEXT, () => this.#exporter.export(batch, end));
    } catch (error) {
      end({ code: 1, error: error instanceof Error ? error : new Error(String(error)) });
    }
    return promise;
  }
}

interface Failure {
  readonly reason: DropReason;
  readonly error: Error | undefined;
}

const OVERDUE: Failure = { reason: "export_timeout", error: undefined };

/** Without making its ids text, if it is one of ours. */
function isSampled(span: ReadableSpan): boolean {
  return ((span instanceof SpanIdentity ? span.ids.traceFlags : span.spanContext().traceFlags) & 1) !== 0;
}
