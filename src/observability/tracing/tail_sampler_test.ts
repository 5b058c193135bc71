import { assert, assertEquals, assertThrows } from "@std/assert";
import { type HrTime, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { withFakeTime } from "../../reliability/testdata/fake_time.ts";
import { SpanRing } from "./span_ring.ts";
import { TailSampler, type TailSamplerOptions } from "./tail_sampler.ts";
import { TracerProvider } from "./tracer_provider.ts";
import type { TracedSpan } from "./traced_span.ts";

function sampled(options: TailSamplerOptions) {
  const ring = new SpanRing(), sampler = new TailSampler(ring, options);
  const provider = new TracerProvider({ spanProcessors: [sampler] }), tracer = provider.getTracer("x");
  const root = (name: string, startTime?: HrTime) =>
    tracer.startSpan(name, startTime === undefined ? {} : { startTime });
  const child = (name: string, parent: TracedSpan) => tracer.startSpan(name, {}, trace.setSpan(ROOT_CONTEXT, parent));
  const names = () => ring.spans().map(({ name }) => name);
  return { sampler, provider, root, child, names };
}

Deno.test("TailSampler keeps whole traces that were slow or failed, and nothing of others", () => {
  const { sampler, root, child, names } = sampled({ keepSlowerThanMs: 100 });
  const quick = root("quick"), slow = root("slow", [1_700_000_000, 0]), failed = root("failed");
  child("quick child", quick).end();
  child("slow child", slow).end();
  child("failed child", failed).setStatus({ code: 2 }).end();
  assertEquals([names(), sampler.counts.held], [[], 3]);
  quick.end();
  slow.end([1_700_000_000, 100_000_000]);
  failed.end();
  assertEquals(names(), ["slow child", "slow", "failed child", "failed"]);
  assertEquals(sampler.counts, { held: 0, heldBytes: 0, kept: 4, discarded: 2, evicted: 0 });
});

Deno.test("TailSampler waits for spans that outlive their root, and lets later ones go the same way", () =>
  withFakeTime(async (tick) => {
    const { sampler, root, child, names } = sampled({ decisionWaitMs: 100 });
    const one = root("one"), inTime = child("in time", one), late = child("late", one);
    one.end();
    await tick(50);
    inTime.setStatus({ code: 2 }).end();
    assertEquals(names(), []);
    await tick(60);
    assertEquals(names(), ["one", "in time"]);
    late.end();
    child("later", one).end();
    assertEquals(names(), ["one", "in time", "late", "later"]);
    const two = root("two"), last = child("last", two);
    two.end();
    last.end();
    assertEquals(sampler.counts.held, 0, "nothing runs that could be waited for");
    assertEquals(sampler.counts.discarded, 2);
  }));

Deno.test("TailSampler gives the oldest traces up when its memory is full, and counts their spans", () => {
  const { sampler, root, child, names } = sampled({ maxSpans: 3, keepRatio: 1 });
  const old = root("old"), young = root("young");
  for (const name of ["a", "b"]) child(name, old).end();
  for (const name of ["c", "d"]) child(name, young).end();
  assertEquals([sampler.counts.held, sampler.counts.evicted], [2, 2]);
  old.end();
  young.end();
  assertEquals(names(), ["c", "d", "young"]);
  assertEquals(sampler.counts.evicted, 3);
  for (let run = 0; run < 9; run++) root("never ends");
  assert(sampler.counts.held === 0);

  const small = sampled({ maxBytes: 2000, keepRatio: 1 });
  small.root("huge").setAttribute("text", "x".repeat(2000)).end();
  const open = small.root("open");
  small.child("huge", open).setAttribute("text", "x".repeat(2000)).end();
  assertEquals([small.names(), small.sampler.counts.evicted], [["huge"], 1], "the first was decided as it ended");
});

Deno.test("TailSampler gives up spans that never end, the oldest first, and holds on to new traces", () => {
  const { sampler, root, child, names } = sampled({ maxSpans: 3, keepRatio: 1 });
  const forgotten = Array.from({ length: 1000 }, (_, index) => root(`forgotten ${index}`));
  forgotten[996]!.end();
  assertEquals([names(), sampler.counts.evicted], [[], 1]);
  for (const index of [997, 998, 999]) forgotten[index]!.end();
  assertEquals(names(), ["forgotten 997", "forgotten 998", "forgotten 999"]);

  const open = ["a", "b", "c"].map((name) => root(name));
  for (const parent of open) child("child", parent).end();
  const latest = root("latest");
  latest.end();
  for (const parent of open) parent.end();
  assertEquals(names().slice(3), ["latest", "child", "b", "child", "c"]);
  assertEquals(sampler.counts, { held: 0, heldBytes: 0, kept: 8, discarded: 0, evicted: 3 });
});

Deno.test("TailSampler decides what it holds when it is flushed or shut down", async () => {
  const { sampler, provider, root, child, names } = sampled({ decisionWaitMs: 1e6 });
  const done = root("done").setStatus({ code: 2 }), open = root("open");
  child("runs", done);
  child("failed", open).setStatus({ code: 2 }).end();
  done.end();
  await provider.forceFlush();
  assertEquals(names(), ["done"]);
  await provider.shutdown();
  assertEquals([names(), sampler.counts.held], [["done", "failed"], 0]);
});

Deno.test("TailSampler refuses options that are out of range", () => {
  const make = (options: TailSamplerOptions) => () => new TailSampler(new SpanRing(), options);
  assertThrows(make({ maxSpans: 0 }), RangeError, "maxSpans 0");
  assertThrows(make({ keepRatio: 2 }), RangeError, "ratio of 2");
  assertThrows(make({ keepSlowerThanMs: -1 }), RangeError, "keepSlowerThanMs");
  // @ts-expect-error: options are no processor
  assertThrows(() => new TailSampler({ keepRatio: 0.1 }), TypeError, "expected a span processor");
});
