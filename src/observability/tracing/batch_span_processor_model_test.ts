import { assert, assertEquals } from "@std/assert";
import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import fc from "fast-check";
import { WaitTimeoutError } from "../../coordination/waiter.ts";
import { withFakeTime } from "../../reliability/testdata/fake_time.ts";
import { BatchSpanProcessor } from "./batch_span_processor.ts";
import type { ExportResult, ReadableSpan, SpanExporter } from "./readable_span.ts";
import type { DropReason } from "./span_drops.ts";
import { SpanRing } from "./span_ring.ts";
import { TracerProvider } from "./tracer_provider.ts";

const DELAY_MS = 50, EXPORT_TIMEOUT_MS = 200, DEADLINE_MS = 120;
/** What the timer wheel may be late by. */
const LATE_MS = 20;
const STEP_MS = 10;
/** The docstring's "more than four": a fifth is begun, a sixth is not. */
const MAX_UNANSWERED = 5;

type Mode = "succeeds" | "fails" | "throws" | "hangs";
type Step =
  | { readonly does: "end" | "end unsampled"; readonly spans: number }
  | { readonly does: "tick"; readonly ms: number }
  | { readonly does: "exporter"; readonly mode: Mode }
  | { readonly does: "answer"; readonly index: number; readonly code: number }
  | { readonly does: "let time run out"; readonly exports: number }
  | { readonly does: "flush" | "shutdown" | "shutdown in time" | "rest" };

interface Export {
  readonly spans: readonly number[];
  readonly beganMs: number;
  readonly callback: (result: ExportResult) => void;
  isAnswered: boolean;
}

/** Exports as it is told, and notes what should not have come to it: what it throws would count as a failed export. */
class ModelExporter implements SpanExporter {
  mode: Mode = "succeeds";
  nowMs = 0;
  readonly exports: Export[] = [];
  readonly violations: string[] = [];
  shutdowns = 0;
  #lastSpan = -1;

  constructor(readonly maxBatch: number) {}

  unanswered(): readonly Export[] {
    return this.exports.filter(({ isAnswered }) => !isAnswered);
  }

  export(spans: ReadableSpan[], callback: (result: ExportResult) => void): void {
    const numbers = spans.map(({ name }) => Number(name));
    const running = this.unanswered().filter(({ beganMs }) => this.nowMs - beganMs < EXPORT_TIMEOUT_MS);
    this.#expect(this.shutdowns === 0, "an export after the exporter's end");
    this.#expect(spans.length > 0 && spans.length <= this.maxBatch, `a batch of ${spans.length}`);
    this.#expect(running.length === 0, "a second export at a time, and the first is not overdue");
    for (const number of numbers) {
      this.#expect(number > this.#lastSpan, `${number} after ${this.#lastSpan}`);
      this.#lastSpan = number;
    }
    this.exports.push({ spans: numbers, beganMs: this.nowMs, callback, isAnswered: this.mode !== "hangs" });
    this.#expect(this.unanswered().length <= MAX_UNANSWERED, "more batches at risk than promised");
    if (this.mode === "throws") throw new Error("thrown");
    if (this.mode !== "hangs") callback({ code: this.mode === "fails" ? 1 : 0 });
  }

  #expect(holds: boolean, violation: string): void {
    if (!holds) this.violations.push(violation);
  }

  shutdown(): Promise<void> {
    this.shutdowns++;
    return Promise.resolve();
  }
}

class Driver {
  readonly exporter: ModelExporter;
  readonly processor: BatchSpanProcessor;
  readonly provider: TracerProvider;
  readonly told: Record<DropReason, number> = { queue_full: 0, export_failed: 0, export_timeout: 0, shut_down: 0 };
  /** What is not settled yet. */
  pending = 0;
  #ended = 0;
  #isShutDown = false;

  constructor(readonly maxQueueSize: number, maxBatch: number, readonly tickFake: (ms: number) => Promise<void>) {
    this.exporter = new ModelExporter(maxBatch);
    this.processor = new BatchSpanProcessor(this.exporter, {
      maxQueueSize,
      maxExportBatchSize: maxBatch,
      scheduledDelayMs: DELAY_MS,
      exportTimeoutMs: EXPORT_TIMEOUT_MS,
      onDrop: ({ reason, count }) => this.told[reason] += count,
    });
    this.provider = new TracerProvider({ spanProcessors: [this.processor] });
  }

  async take(step: Step): Promise<void> {
    switch (step.does) {
      case "end":
        for (let each = 0; each < step.spans; each++) this.#end();
        break;
      case "end unsampled":
        for (let each = 0; each < step.spans; each++) this.#endUnsampled();
        break;
      case "exporter":
        this.exporter.mode = step.mode;
        break;
      case "answer": {
        const { exports } = this.exporter, one = exports[step.index % exports.length];
        for (let each = 0; each < 2; each++) one?.callback({ code: step.code }); // as no exporter should
        if (one !== undefined) one.isAnswered = true;
        break;
      }
      case "let time run out":
        this.exporter.mode = "hangs";
        for (let each = 0; each < step.exports; each++) {
          this.#end();
          await this.tick(DELAY_MS + EXPORT_TIMEOUT_MS + 2 * LATE_MS);
        }
        break;
      case "flush":
        this.#watch(this.#flush());
        break;
      case "shutdown":
        this.#isShutDown = true;
        this.#watch(this.processor.shutdown());
        break;
      case "shutdown in time": // as on SIGTERM
        this.#isShutDown = true;
        this.#watch(this.provider.shutdown({ timeoutMs: DEADLINE_MS }));
        break;
      case "rest":
        await this.rest();
    }
    await this.tick(step.does === "tick" ? step.ms : 0);
    this.check();
  }

  /** Time goes by in small steps, as an export's age is looked at when it begins. */
  async tick(ms: number): Promise<void> {
    await this.tickFake(0);
    for (let each = 0; each < ms; each += STEP_MS) {
      this.exporter.nowMs += STEP_MS;
      await this.tickFake(STEP_MS);
    }
  }

  /** With an exporter that answers, nothing stays in the queue for longer than the delay, a span arrives, and nobody waits. */
  async rest(): Promise<void> {
    this.exporter.mode = "succeeds";
    for (const one of this.exporter.unanswered()) {
      one.isAnswered = true;
      one.callback({ code: 0 });
    }
    await this.tick(DELAY_MS + LATE_MS);
    const before = this.processor.counts.exported;
    this.#end();
    await this.tick(DELAY_MS + LATE_MS);
    assertEquals(this.processor.counts.exported - before, this.#isShutDown ? 0 : 1);
    const { queued, exporting } = this.processor.counts;
    assertEquals([queued, exporting, this.pending], [0, 0, 0]);
    assertEquals(this.told, this.processor.counts.dropped, "what is dropped is told");
    assertEquals(this.exporter.shutdowns, this.#isShutDown ? 1 : 0);
  }

  /** What holds at any time. */
  check(): void {
    const { queued, exporting, exported, dropped } = this.processor.counts;
    assertEquals(this.exporter.violations, []);
    assertEquals(queued + exporting + exported + lost(dropped), this.#ended);
    assert(queued <= this.maxQueueSize, `${queued} wait`);
    const arrived = this.exporter.exports.reduce((sum, { spans }) => sum + spans.length, 0);
    assert(exported <= arrived, "nothing counts as exported that no exporter saw");
  }

  #end(): void {
    const before = this.processor.counts, number = this.#ended++;
    // A tracer of a provider that is shut down records nothing: the processor is told directly, as by another provider.
    const ring = new SpanRing(1);
    new TracerProvider({ spanProcessors: [ring] }).getTracer("model").startSpan(String(number)).end();
    for (const span of ring.spans()) this.processor.onEnd(span);
    const { queued, dropped } = this.processor.counts;
    const expected = this.#isShutDown ? "shut_down" : before.queued >= this.maxQueueSize ? "queue_full" : "queued";
    const grown = dropped.shut_down > before.dropped.shut_down
      ? "shut_down"
      : dropped.queue_full > before.dropped.queue_full
      ? "queue_full"
      : queued > before.queued
      ? "queued"
      : "nothing";
    assertEquals(grown, expected);
  }

  #endUnsampled(): void {
    const parent = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: "1".repeat(32),
      spanId: "2".repeat(16),
      traceFlags: 0,
    });
    this.provider.getTracer("model").startSpan("unsampled", {}, parent).end();
  }

  /** Resolves when what had ended before is exported or dropped. */
  async #flush(): Promise<void> {
    const { queued, exporting } = this.processor.counts, settled = this.#settled();
    await this.processor.forceFlush();
    if (this.#settled() < settled + queued + exporting) this.exporter.violations.push("flushed too early");
  }

  #settled(): number {
    const { exported, dropped: { export_failed, export_timeout } } = this.processor.counts;
    return exported + export_failed + export_timeout;
  }

  /** One that has not settled is found by `rest`; one that rejects does so for want of time. */
  #watch(promise: Promise<void>): void {
    this.pending++;
    promise.catch((error) => {
      if (!(error instanceof WaitTimeoutError)) this.exporter.violations.push(String(error));
    }).finally(() => this.pending--);
  }
}

function lost(dropped: Readonly<Record<DropReason, number>>): number {
  return Object.values(dropped).reduce((sum, count) => sum + count, 0);
}

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant("end"), spans: fc.integer({ min: 1, max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("end unsampled"), spans: fc.constant(2) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant("tick"), ms: fc.constantFrom(10, 70, 230) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant("exporter"),
      mode: fc.constantFrom("succeeds", "fails", "throws", "hangs", "hangs"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("answer"), index: fc.nat(20), code: fc.constantFrom(0, 1) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ does: fc.constant("let time run out"), exports: fc.integer({ min: 1, max: 7 }) }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constantFrom("flush", "flush", "rest") }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom("shutdown", "shutdown in time") }) },
);

Deno.test("BatchSpanProcessor exports, drops or keeps every span, in order and within its bounds, whatever happens", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(steps, { maxLength: 40, size: "max" }),
      fc.constantFrom([1, 1], [8, 3], [10, 10], [20, 6]),
      (script, [maxQueueSize = 1, maxBatch = 1]) =>
        withFakeTime(async (tick) => {
          const driver = new Driver(maxQueueSize, maxBatch, tick);
          for (const step of script) await driver.take(step);
          await driver.rest();
          await driver.take({ does: "shutdown" });
          await driver.rest();
        }),
    ),
    { numRuns: 100 },
  ));
