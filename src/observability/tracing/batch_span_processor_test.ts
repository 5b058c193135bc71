import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { WaitTimeoutError } from "../../coordination/waiter.ts";
import { withFakeTime } from "../../reliability/testdata/fake_time.ts";
import { BatchSpanProcessor, type BatchSpanProcessorOptions } from "./batch_span_processor.ts";
import type { ExportResult, ReadableSpan, SpanExporter } from "./readable_span.ts";
import type { SpanDrop } from "./span_drops.ts";
import { SpanRing } from "./span_ring.ts";
import { TracerProvider } from "./tracer_provider.ts";

/** Calls back when the test says so, or at once if `answer` is set. */
class ScriptedExporter implements SpanExporter {
  readonly batches: number[] = [];
  readonly waiting: ((result: ExportResult) => void)[] = [];
  answer: (() => ExportResult) | undefined;
  shutdowns = 0;

  export(spans: ReadableSpan[], callback: (result: ExportResult) => void): void {
    this.batches.push(spans.length);
    if (this.answer === undefined) this.waiting.push(callback);
    else callback(this.answer());
  }

  shutdown(): Promise<void> {
    this.shutdowns++;
    return Promise.resolve();
  }
}

function batched(options: BatchSpanProcessorOptions = {}, answer?: () => ExportResult) {
  const exporter = new ScriptedExporter(), drops: SpanDrop[] = [];
  exporter.answer = answer;
  const processor = new BatchSpanProcessor(exporter, { onDrop: (drop) => drops.push(drop), ...options });
  const provider = new TracerProvider({ spanProcessors: [processor] }), tracer = provider.getTracer("x");
  const end = (spans: number) => {
    for (let span = 0; span < spans; span++) tracer.startSpan("s").end();
  };
  return { exporter, processor, provider, drops, end };
}

Deno.test("BatchSpanProcessor exports after its delay, and at once when a batch is full", () =>
  withFakeTime(async (tick) => {
    const { exporter, processor, end } = batched(
      { scheduledDelayMs: 1000, maxExportBatchSize: 3 },
      () => ({ code: 0 }),
    );
    end(2);
    await tick(999);
    assertEquals(exporter.batches, []);
    await tick(2);
    assertEquals(exporter.batches, [2]);
    end(7);
    assertEquals(exporter.batches, [2], "the code that is traced does not export");
    await tick(2);
    assertEquals(exporter.batches, [2, 3, 3, 1]);
    assertEquals(processor.counts, {
      queued: 0,
      exporting: 0,
      exported: 9,
      dropped: { queue_full: 0, export_failed: 0, export_timeout: 0, shut_down: 0 },
    });
    await processor.shutdown();
  }));

Deno.test("BatchSpanProcessor drops what finds its queue full, counts it and tells it once", async () => {
  const { exporter, processor, drops, end } = batched({ maxQueueSize: 4 });
  end(10);
  const flushed = processor.forceFlush(), again = processor.forceFlush();
  assertEquals(exporter.batches, [4]);
  end(5); // while the exporter is slow
  assertEquals(processor.counts.queued, 4);
  assertEquals(exporter.batches, [4], "one at a time");
  exporter.answer = () => ({ code: 0 });
  exporter.waiting[0]?.({ code: 0 });
  exporter.waiting[0]?.({ code: 1 });
  await Promise.all([flushed, again]);
  await processor.shutdown();
  assertEquals(exporter.batches, [4, 4]);
  assertEquals(processor.counts.dropped.queue_full, 7);
  assertEquals(drops, [{ reason: "queue_full", count: 7, error: undefined }]);
  assertEquals([processor.counts.exported, exporter.shutdowns], [8, 1]);
  end(1);
  assertEquals(processor.counts.dropped.shut_down, 1);
});

Deno.test("BatchSpanProcessor survives exporters that fail, throw, and never call back", () =>
  withFakeTime(async (tick) => {
    const error = new Error("down");
    const { exporter, processor, drops, end } = batched(
      { exportTimeoutMs: 100, scheduledDelayMs: 10 },
      () => ({ code: 1, error }),
    );
    end(1);
    await processor.forceFlush();
    exporter.answer = () => {
      throw error;
    };
    end(2);
    await processor.forceFlush();
    exporter.answer = undefined;
    for (let round = 0; round < 8; round++) {
      end(3);
      await tick(200);
    }
    assertEquals(exporter.waiting.length, 5, "no more than a few batches are risked");
    assertEquals(processor.counts.dropped, { queue_full: 0, export_failed: 3, export_timeout: 24, shut_down: 0 });
    assertEquals(drops.slice(0, 3), [
      { reason: "export_failed", count: 1, error },
      { reason: "export_failed", count: 2, error },
      { reason: "export_timeout", count: 3, error: undefined },
    ]);
    for (const callback of exporter.waiting) callback({ code: 0 });
    exporter.answer = () => ({ code: 0 });
    end(1);
    await processor.shutdown();
    assertEquals(processor.counts.exported, 1, "it exports again");
  }));

Deno.test("TracerProvider.shutdown() rejects when time is up, and records nothing more", () =>
  withFakeTime(async (tick) => {
    const { exporter, provider, end } = batched({ exportTimeoutMs: 1000 });
    end(1);
    const rejected = assertRejects(
      () => provider.shutdown({ timeoutMs: 50 }),
      WaitTimeoutError,
      "end of tracing",
    );
    await tick(60);
    await rejected;
    end(1);
    exporter.waiting[0]?.({ code: 0 });
    await provider.shutdown();
    assertEquals([exporter.batches, exporter.shutdowns], [[1], 1]);
  }));

Deno.test("BatchSpanProcessor refuses options that are out of range", () => {
  const make = (options: BatchSpanProcessorOptions) => () => new BatchSpanProcessor(new ScriptedExporter(), options);
  assertThrows(make({ maxQueueSize: 0 }), RangeError, "batch spans with maxQueueSize 0");
  assertThrows(make({ maxQueueSize: 2, maxExportBatchSize: 3 }), RangeError, "no more than maxQueueSize");
  assertThrows(make({ scheduledDelayMs: NaN }), RangeError, "scheduledDelayMs");
  assertThrows(make({ exportTimeoutMs: 0 }), RangeError, "exportTimeoutMs");
  // @ts-expect-error: options are no exporter
  assertThrows(() => new BatchSpanProcessor({ maxQueueSize: 2 }), TypeError, "expected a span exporter");
});

Deno.test("SpanRing keeps the latest spans, in the order of their ends", () => {
  const ring = new SpanRing(2), tracer = new TracerProvider({ spanProcessors: [ring] }).getTracer("x");
  assertEquals(ring.spans(), []);
  for (const name of ["a", "b", "c"]) tracer.startSpan(name).end();
  assertEquals([ring.spans().map(({ name }) => name), ring.total], [["b", "c"], 3]);
  ring.clear();
  assert(ring.spans().length === 0 && ring.total === 3);
  assertThrows(() => new SpanRing(0), RangeError, "with capacity 0");
});
