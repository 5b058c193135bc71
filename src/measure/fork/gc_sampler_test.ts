import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { createRandom } from "../random.ts";
import { GcSampler, samplePauses } from "./gc_sampler.ts";

const nodes = ["(root)", "run", "(garbage collector)"].map((functionName, id) => ({ id, callFrame: { functionName } }));

/** A profile that sees `G`, the collector, or anything else, every 125 µs. */
const profileOf = (seen: string) => ({
  nodes,
  samples: [...seen].map((letter) => letter === "G" ? 2 : 1),
  timeDeltas: [...seen].map(() => 125),
});

Deno.test("samplePauses() takes a run of samples for a pause, half way to its neighbours", () => {
  const window = { fromUs: 0, toUs: 1_125 };
  assertEquals(samplePauses(profileOf("..GG...G."), window), { pauses: 2, totalMs: 0.375, maxMs: 0.25 });
  assertEquals(samplePauses(profileOf("...."), window), { pauses: 0, totalMs: 0, maxMs: 0 });
  assertEquals(samplePauses({ nodes }, window), { pauses: 0, totalMs: 0, maxMs: 0 });
});

Deno.test("samplePauses() counts what lies in the window, to its edges", () => {
  const profile = profileOf("GGGG..GGGG");
  assertEquals(samplePauses(profile, { fromUs: 562.5, toUs: 812.5 }), { pauses: 0, totalMs: 0, maxMs: 0 });
  assertEquals(samplePauses(profile, { fromUs: 312.5, toUs: 1_000 }), { pauses: 2, totalMs: 0.40625, maxMs: 0.21875 });
});

Deno.test("samplePauses() takes little of the time in which no sample came, on either side of a pause", () => {
  const profile = { nodes, samples: [1, 2, 2, 1], timeDeltas: [100, 9_000, 50, 9_000] };
  assertEquals(samplePauses(profile, { fromUs: 0, toUs: 20_000 }), { pauses: 1, totalMs: 0.25, maxMs: 0.25 });
});

Deno.test("samplePauses() is right about the total on average, however long pauses are and whenever samples come", () => {
  // Pauses of 30 of every 100 µs, shorter than the interval of about 50 µs.
  const isCollecting = (timeUs: number) => timeUs % 100 < 30;
  fc.assert(fc.property(fc.nat(), (seed) => {
    const random = createRandom(seed);
    const timeDeltas = Array.from({ length: 2_000 }, () => 20 + random.nextInt(70));
    let timeUs = 0;
    const samples = timeDeltas.map((delta) => isCollecting(timeUs += delta) ? 2 : 1);
    const { totalMs } = samplePauses({ nodes, samples, timeDeltas }, { fromUs: 0, toUs: timeUs });
    assertAlmostEquals(totalMs / timeUs * 1000, 0.3, 0.06); // five standard errors
  }));
});

const collect: unknown = Reflect.get(globalThis, "gc");

Deno.test({
  name: "GcSampler sees the collector at work, and only within the body",
  ignore: typeof collect !== "function", // without --expose-gc nothing is sure to collect
  async fn() {
    const gc = () => typeof collect === "function" && collect();
    using sampler = await GcSampler.open();
    assert(sampler !== null);
    for (let i = 0; i < 2; i++) gc();
    const calm = await sampler.sample(async () => {});
    const start = performance.now();
    const busy = await sampler.sample(() => {
      for (let i = 0; i < 5; i++) gc(); // each takes many times the interval of the samples
      return Promise.resolve("done");
    });
    const tookMs = performance.now() - start;
    assertEquals(busy.result, "done");
    assert(busy.pauses.totalMs > 0 && busy.pauses.totalMs <= tookMs, JSON.stringify({ ...busy, tookMs }));
    assert(busy.pauses.maxMs > 0 && busy.pauses.maxMs <= busy.pauses.totalMs && busy.pauses.pauses >= 1);
    // A heap that is full may be collected in any body, but once.
    assert(calm.pauses.totalMs < busy.pauses.totalMs / 2, JSON.stringify({ calm: calm.pauses, busy: busy.pauses }));
  },
});

Deno.test("GcSampler can sample again after a body that throws", async () => {
  using sampler = await GcSampler.open();
  await assertRejects(async () => await sampler?.sample(() => Promise.reject(new Error("no"))), Error, "no");
  assertEquals((await sampler?.sample(() => Promise.resolve(7)))?.result, 7);
});
