import { assertEquals } from "@std/assert";
import { BatchSpanProcessor } from "./batch_span_processor.ts";
import { flushOnSignal } from "./flush_on_signal.ts";
import { TracerProvider } from "./tracer_provider.ts";

Deno.test("flushOnSignal() exports the last spans when the system asks the process to end", async () => {
  let exported = 0;
  const processor = new BatchSpanProcessor({
    export(spans, callback) {
      exported += spans.length;
      callback({ code: 0 });
    },
    shutdown: () => Promise.resolve(),
  });
  const provider = new TracerProvider({ spanProcessors: [processor] });
  const kept = setInterval(() => {}, 60_000); // listening to a signal keeps no process alive
  const flushing = flushOnSignal(provider, "SIGTERM");
  provider.getTracer("x").startSpan("last").end();
  Deno.kill(Deno.pid, "SIGTERM");
  await flushing.drained;
  clearInterval(kept);
  assertEquals(exported, 1);
});
