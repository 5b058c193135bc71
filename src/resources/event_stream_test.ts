import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { EventFeed } from "./event_feed.ts";
import { EventStream } from "./event_stream.ts";
import { EventHub } from "./event_hub.ts";
import type { PoolEvent } from "./pool_event.ts";
import { ResourcePool } from "./pool.ts";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../reliability/timer_wheel.ts";

Deno.test("ResourcePool.events() tells what happens, in order", async () => {
  let nowMs = 0;
  const pool = new ResourcePool({ capacity: { cpu: 2 }, clock: () => nowMs });
  const before = pool.tryAcquire({ cpu: 1 }); // nobody hears of it
  before?.release();
  const events = pool.events(), abort = new AbortController();
  const first = await pool.acquire({ cpu: 2 }, { owner: "a" });
  assertEquals(pool.tryAcquire({ cpu: 1 }, "b"), undefined);
  nowMs = 10;
  const second = pool.acquire({ cpu: 2 }, { owner: "c", priority: "high" });
  const third = assertRejects(() => pool.acquire({ cpu: 1 }, { signal: abort.signal }));
  nowMs = 25;
  abort.abort();
  first.shrink({ cpu: 0.5 });
  first.release();
  (await second).release();
  pool.resize({ cpu: 3 });
  await events.return();
  pool.tryAcquire({ cpu: 1 })?.release();
  await third;
  const told: unknown[] = [];
  for await (const event of events) told.push(event);
  assertEquals(told, [], "what was not read before the end is forgotten");
  assertEquals(first.ageMs, 25, "leases granted while somebody listens know their age");
});

Deno.test("ResourcePool.events() yields typed events to a loop, until it is left", async () => {
  let nowMs = 0;
  const pool = new ResourcePool({ capacity: { cpu: 2 }, clock: () => nowMs });
  const seen: unknown[] = [];
  const reading = (async () => {
    for await (const event of pool.events()) {
      const { type, atMs, owner, amounts, ...rest } = event;
      seen.push([type, atMs, owner, amounts, rest]);
      if (event.type === "resized") break;
    }
  })();
  const first = await pool.acquire({ cpu: 2 }, { owner: "a" });
  assertEquals(pool.tryAcquire({ cpu: 1 }, "b"), undefined);
  nowMs = 10;
  const second = pool.acquire({ cpu: 2 }, { owner: "c", priority: "high" });
  const late = assertRejects(() => pool.acquire({ cpu: 1 }, { signal: AbortSignal.timeout(0), owner: "d" }));
  await late;
  nowMs = 25;
  first.shrink({ cpu: 0.5 });
  first.release();
  (await second).release();
  const outgrown = await pool.acquire({ cpu: 2 });
  const rejected = assertRejects(() => pool.acquire({ cpu: 2 }));
  pool.resize({ cpu: 1 });
  await Promise.all([rejected, reading]);
  outgrown.release();
  assertEquals(seen, [
    ["granted", 0, "a", { cpu: 2 }, { node: 0, priority: 1, waitedMs: 0 }],
    ["refused", 0, "b", { cpu: 1 }, { error: undefined }],
    ["queued", 10, "c", { cpu: 2 }, { priority: 2 }],
    ["queued", 10, "d", { cpu: 1 }, { priority: 1 }],
    ["cancelled", 10, "d", { cpu: 1 }, { waitedMs: 0 }],
    ["released", 25, "a", { cpu: 0.5 }, { node: 0, partial: true, heldMs: 25 }],
    ["released", 25, "a", { cpu: 1.5 }, { node: 0, partial: false, heldMs: 25 }],
    ["granted", 25, "c", { cpu: 2 }, { node: 0, priority: 2, waitedMs: 15 }],
    ["released", 25, "c", { cpu: 2 }, { node: 0, partial: false, heldMs: 0 }],
    ["granted", 25, undefined, { cpu: 2 }, { node: 0, priority: 1, waitedMs: 0 }],
    ["queued", 25, undefined, { cpu: 2 }, { priority: 1 }],
    ["resized", 25, undefined, { cpu: 1 }, { node: 0 }],
  ]);
});

Deno.test("ResourcePool.events() tells whose time is up, and a pool without listeners keeps nothing", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 1 } }), end = new AbortController();
  const events = pool.events({ signal: end.signal }), holder = await pool.acquire({ cpu: 1 });
  await assertRejects(() => pool.acquire({ cpu: 1 }, { timeoutMs: 1 }));
  end.abort();
  holder.release();
  const types: string[] = [];
  for await (const { type } of events) types.push(type);
  assertEquals(types, ["granted", "queued", "timed_out"], "what happened before the signal is still told");
  assertEquals([pool.snapshot().timeouts, pool.snapshot().aborts, timers.size], [1, 0, 0]);
});

Deno.test("EventStream drops the oldest for a reader who is behind, and counts them", async () => {
  const feed = new EventFeed<number>(() => {}, { capacity: 3 }), stream = new EventStream(feed);
  for (let event = 1; event <= 5; event++) feed.push(event);
  assertEquals([(await stream.next()).value, stream.dropped], [3, 2]);
  feed.push(6);
  feed.push(7);
  assertEquals([(await stream.next()).value, (await stream.next()).value, stream.dropped], [5, 6, 3]);
});

Deno.test("EventStream wakes everybody who asked, and ends once, by return() or by its signal", async () => {
  let ends = 0;
  const end = new AbortController();
  for (const byReturn of [true, false]) {
    const feed = new EventFeed<number>(() => ends++, { signal: end.signal }), stream = new EventStream(feed);
    const asked = [stream.next(), stream.next(), stream.next()];
    feed.push(1);
    if (byReturn) await stream.return();
    else end.abort();
    assertEquals(await Promise.all(asked), [
      { done: false, value: 1 },
      ...new Array(2).fill({ done: true, value: undefined }),
    ]);
    await stream.return();
    assert(stream.ended);
  }
  assertEquals(ends, 2);
  const aborted = new EventStream(new EventFeed<number>(() => ends++, { signal: end.signal }));
  assertEquals([aborted.ended, (await aborted.next()).done, ends], [true, true, 2]);
});

Deno.test("EventStream refuses a capacity that keeps nothing", () => {
  for (const capacity of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(() => new EventFeed<number>(() => {}, { capacity }), RangeError, `with capacity ${capacity}`);
  }
});

/** Collections after which something is looked for that one or two let go: after each, all that is alive is looked through. */
const TURNS = 5;

Deno.test("EventHub is not heard any more when streams were dropped, but by whoever still waits for an event", async () => {
  const gc: unknown = Reflect.get(globalThis, "gc");
  assert(typeof gc === "function", "run with --v8-flags=--expose-gc");
  const hub = new EventHub<PoolEvent<"cpu">>(), controller = new AbortController();
  const read: unknown[] = [];
  // In frames of their own, so that nothing of them is left on the stack.
  (() => {
    for (let count = 0; count < 20; count++) hub.open({ signal: controller.signal });
  })();
  const pending = (() => hub.open().next())();
  const looping = (async () => {
    for await (const { type } of hub.open()) if (read.push(type) === 2) break;
  })();
  const event = { type: "resized", atMs: 0, owner: undefined, amounts: { cpu: 1 }, node: 0 } as const;
  for (let turn = 0; turn < TURNS; turn++) {
    gc();
    await nextTurn();
  }
  assert(hub.isHeard);
  hub.emit(event);
  assertEquals((await pending).value, event);
  for (let turn = 0; turn < TURNS; turn++) {
    gc();
    await nextTurn();
  }
  assert(hub.isHeard, "by the loop");
  hub.emit(event);
  await looping;
  assertEquals(read, ["resized", "resized"]);
  for (let turn = 0; turn < 100 && hub.isHeard; turn++) {
    gc();
    await nextTurn();
  }
  assertEquals(hub.isHeard, false);
});
