import { assertEquals, assertRejects } from "@std/assert";
import { SharedBarrier } from "./barrier.ts";
import { SharedBarrierBrokenError } from "./errors.ts";
import { SharedEvent } from "./event.ts";
import { SharedLatch } from "./latch.ts";

const fails = () => Promise.reject(new Error("failed"));

Deno.test("SharedLatch.withCountDown() counts down whatever becomes of the call", async () => {
  const latch = SharedLatch.create({ count: 2 });
  assertEquals([await latch.withCountDown(() => 7), latch.count], [7, 1]);
  await assertRejects(() => latch.withCountDown(fails), Error, "failed");
  assertEquals(latch.count, 0);
});

Deno.test("SharedEvent.withWait() calls when it is set, and not if the wait is given up", async () => {
  const event = SharedEvent.create({ reset: "auto" }), abort = new AbortController();
  const [gone, called] = [event.withWait(() => 1, abort), event.withWait(() => 2)];
  abort.abort(new Error("stop"));
  event.set();
  await assertRejects(() => gone, Error, "stop");
  assertEquals([await called, event.isSet], [2, false]);
});

Deno.test("SharedBarrier.withBarrier() arrives after the call, and leaves if that fails", async () => {
  const barrier = SharedBarrier.create({ parties: 2 });
  assertEquals(await Promise.all([barrier.withBarrier(() => "a"), barrier.withBarrier(() => "b")]), ["a", "b"]);
  const waits = barrier.arrive();
  await assertRejects(() => barrier.withBarrier(fails), Error, "failed");
  await assertRejects(() => waits, SharedBarrierBrokenError);
  assertEquals([barrier.broken, barrier.arrived], [true, 0]);
});
