import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Samples } from "../document.ts";
import { quietnessSchema } from "../document_schema.ts";
import { hostShares, QuietnessMonitor } from "./quietness.ts";

const samples = (parts: Partial<Samples>): Samples => ({
  wallNs: [],
  cpuNs: null,
  runQueueDelayNs: null,
  involuntarySwitches: null,
  startMs: [],
  excluded: [],
  garbageCollected: null,
  ...parts,
});

Deno.test("QuietnessMonitor.finish() adds up what the measuring threads met, excluded samples too", () => {
  const quietness = QuietnessMonitor.start().finish([
    samples({ wallNs: [100, 300], runQueueDelayNs: [0, 20], involuntarySwitches: [1, 2] }),
    samples({
      wallNs: [100],
      runQueueDelayNs: [30],
      involuntarySwitches: [4],
      excluded: [{ index: 0, cause: "steal" }],
    }),
    samples({ wallNs: [1e9] }), // from a host that does not tell: it must not thin the others out
  ]);
  assertEquals(quietness.involuntarySwitches, 7);
  assertAlmostEquals(quietness.runQueueDelayRatio ?? NaN, 0.1, 1e-12);
});

Deno.test("QuietnessMonitor.finish() knows nothing of threads that measured nothing", () => {
  const { involuntarySwitches, runQueueDelayRatio } = QuietnessMonitor.start().finish([]);
  assertEquals([involuntarySwitches, runQueueDelayRatio], [null, null]);
});

Deno.test("QuietnessMonitor.finish() is what the document's schema accepts, with shares that leave room for each other", () => {
  const monitor = QuietnessMonitor.start();
  for (let i = 0; i < 3; i++) {
    const { stealRatio, busyRatio } = quietnessSchema.parse(monitor.finish([]));
    assert((stealRatio ?? 0) + (busyRatio ?? 0) <= 1);
  }
});

Deno.test("hostShares() divides the processors' time", () => {
  const before = { busyMs: 1_000, idleMs: 5_000, stealMs: 100 };
  const after = { busyMs: 1_300, idleMs: 5_600, stealMs: 200 };
  assertEquals(hostShares(before, after), { stealRatio: 0.1, busyRatio: 0.3 });
});

Deno.test("hostShares() is null for what is unknown, and never below 0", () => {
  const unknown = { stealRatio: null, busyRatio: null };
  const times = { busyMs: 10, idleMs: 20, stealMs: 30 };
  assertEquals(hostShares(null, times), unknown);
  assertEquals(hostShares(times, null), unknown);
  assertEquals(hostShares(times, times), unknown, "no tick of the clock in between");
  const elsewhere = { busyMs: 25, idleMs: 25, stealMs: null };
  assertEquals(hostShares({ ...times, stealMs: null }, elsewhere), { stealRatio: null, busyRatio: 0.75 });
  const backwards = { busyMs: 20, idleMs: 15, stealMs: 30 }; // idle time may step back
  assertEquals(hostShares(times, backwards), { stealRatio: 0, busyRatio: 1 });
});
