import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import type { Barrier } from "./barrier.ts";
import type { Channel } from "./channel.ts";
import type { ConditionVariable } from "./condition_variable.ts";
import { createPrimitive, type PrimitiveSpec, type PrimitiveType } from "./create_primitive.ts";
import { Latch } from "./latch.ts";
import { Mutex } from "./mutex.ts";
import type { Quota } from "./quota.ts";
import type { ResetEvent } from "./reset_event.ts";

Deno.test("createPrimitive() makes each type from data, typed as its class", () => {
  const barrier: Barrier = createPrimitive({ type: "barrier", parties: 3, name: "phase" });
  const latch: Latch = createPrimitive({ type: "latch", count: 2 });
  const event: ResetEvent = createPrimitive({ type: "event", mode: "auto", isSet: true });
  const quota: Quota = createPrimitive({ type: "quota", limit: 5, ownerLimit: 2 });
  const channel: Channel<unknown> = createPrimitive({ type: "channel", capacity: 4 });
  const condition: ConditionVariable = createPrimitive({ type: "condition", name: "changed" });
  const mutex: Mutex = createPrimitive({ type: "mutex" });
  assertEquals([barrier.parties, barrier.name, latch.count, event.mode, quota.limitOf("ann")], [
    3,
    "phase",
    2,
    "auto",
    2,
  ]);
  assertEquals([channel.capacity, condition.name, mutex.locked], [4, "changed", false]);
  assertInstanceOf(condition.mutex, Mutex);
  const snapshots = [barrier, latch, event, quota, channel, condition].map((primitive) => primitive.snapshot().type);
  assertEquals(snapshots, ["barrier", "latch", "event", "quota", "channel", "condition"], "each says what it is");
});

Deno.test("createPrimitive() takes a type that is known only when it runs", () => {
  const spec: unknown = JSON.parse('{ "type": "latch", "count": 1 }');
  const make = (data: unknown): unknown => Reflect.apply(createPrimitive, undefined, [data]);
  assert(make(spec) instanceof Latch);
  const specs: readonly PrimitiveSpec<PrimitiveType>[] = [{ type: "mutex" }, { type: "latch", count: 1 }];
  assertEquals(specs.map((each) => createPrimitive(each).constructor.name), ["Mutex", "Latch"]);
});

Deno.test("createPrimitive() names the types and options there are", () => {
  const make = (data: unknown): unknown => Reflect.apply(createPrimitive, undefined, [data]);
  assertThrows(
    () => make({ type: "barier", parties: 3 }),
    TypeError,
    'Cannot create a primitive of type "barier": expected one of "mutex", "semaphore", "read_write_lock", ',
  );
  assertThrows(() => make({ type: "toString" }), TypeError, "expected one of");
  assertThrows(() => make(null), TypeError, "from null");
  assertThrows(
    () => make({ type: "barrier", party: 3 }),
    TypeError,
    'Cannot create a barrier with option "party": expected "name", "timing", "clock", "parties", "action"',
  );
  assertThrows(() => make({ type: "latch", count: 1, name: "" }), TypeError, 'name ""');
  assertThrows(() => make({ type: "latch", count: 1, timing: true }), TypeError, "timing true");
  assertThrows(() => make({ type: "latch", count: 1, clock: 5 }), TypeError, "clock 5");
});

Deno.test("createPrimitive() makes locks and rate limiters that know their options", async () => {
  const semaphore = createPrimitive({ type: "semaphore", capacity: 2, name: "slots", timing: "on" });
  using _permits = await semaphore.acquire(2, { owner: "ann" });
  const { type, name, holders } = semaphore.snapshot();
  assertEquals([type, name, holders.map(({ owner, holds }) => [owner, holds])], ["semaphore", "slots", [["ann", 2]]]);
  const made = [
    createPrimitive({ type: "mutex", name: "m" }),
    createPrimitive({ type: "read_write_lock", name: "rw" }),
    createPrimitive({ type: "keyed_mutex", name: "k" }),
    createPrimitive({ type: "lease", ttlMs: 10, name: "l" }),
  ].map((primitive) => primitive.snapshot());
  assertEquals(made.map(({ type, name }) => [type, name]), [
    ["mutex", "m"],
    ["read_write_lock", "rw"],
    ["keyed_mutex", "k"],
    ["lease", "l"],
  ]);
  const limiter = createPrimitive({ type: "rate_limiter", algorithm: "token_bucket", limit: 1, perMs: 60_000 });
  assertEquals([limiter.tryTake(), limiter.tryTake()], [true, false]);
});

Deno.test("createPrimitive() refuses numbers out of range, and missing ones, with the value and the range", () => {
  const make = (data: unknown): unknown => Reflect.apply(createPrimitive, undefined, [data]);
  assertThrows(
    () => make({ type: "barrier", parties: 0 }),
    RangeError,
    "parties 0: expected an integer from 1 to 1000000",
  );
  assertThrows(() => make({ type: "channel", capacity: 1e9 }), RangeError, "capacity 1000000000: expected an integer");
  assertThrows(() => make({ type: "quota", limit: NaN }), RangeError, "limit NaN");
  assertThrows(() => make({ type: "latch" }), RangeError, "count undefined");
  assertThrows(() => make({ type: "latch", count: "3" }), RangeError, 'count "3"');
});

Deno.test("createPrimitive() makes adaptive, composite and keyed rate limiters", () => {
  const clock = () => 0;
  const adaptive = createPrimitive({ type: "adaptive_rate_limiter", max: 8, start: 4, perMs: 1000, clock });
  adaptive.failed();
  assertEquals([adaptive.limit, adaptive.snapshot().type], [4, "adaptive"]);
  const shared = createPrimitive({ type: "rate_limiter", algorithm: "gcra", limit: 5, toleranceMs: 1000, clock });
  const composite = createPrimitive({
    type: "composite_rate_limiter",
    name: "both",
    members: [shared, { algorithm: "token_bucket", limit: 2, clock }],
  });
  assertEquals([composite.tryTake(2), composite.tryTake(), shared.snapshot().available], [true, false, 4]);
  assertEquals(composite.snapshot().name, "both");
  const keyed = createPrimitive({ type: "keyed_rate_limiter", algorithm: "sliding_log", limit: 1, maxKeys: 1, clock });
  assertEquals([keyed.tryTake("a"), keyed.tryTake("a"), keyed.tryTake(Symbol("b"))], [true, false, false]);
});

Deno.test("createPrimitive() refuses an option of another algorithm, and members that are none", () => {
  const make = (data: unknown): unknown => Reflect.apply(createPrimitive, undefined, [data]);
  assertThrows(
    () => make({ type: "rate_limiter", algorithm: "sliding_log", limit: 1, burst: 5 }),
    TypeError,
    'Cannot create a sliding log with option "burst": expected "name", "timing", "clock", "algorithm", "limit", "perMs"; correct it',
  );
  assertThrows(
    () => make({ type: "keyed_rate_limiter", algorithm: "gcra", limit: 1, queue: 5 }),
    TypeError,
    'gcra with option "queue"',
  );
  assertThrows(() => make({ type: "rate_limiter", algorithm: "gcra", maxKeys: 5 }), TypeError, 'with option "maxKeys"');
  assertThrows(() => make({ type: "keyed_rate_limiter", algorithm: "toString" }), TypeError, 'algorithm "toString"');
  for (const members of [undefined, "ab", {}]) {
    assertThrows(() => make({ type: "composite_rate_limiter", members }), TypeError, "expected an array");
  }
  assertThrows(() => make({ type: "composite_rate_limiter", members: [null] }), TypeError, "of member 0");
  assertThrows(
    () => make({ type: "composite_rate_limiter", members: [{ algorithm: "gcra", limit: 1, burst: 2 }] }),
    TypeError,
    'gcra with option "burst"',
  );
  assertThrows(() => make({ type: "adaptive_rate_limiter", max: 1, limit: 1 }), TypeError, 'with option "limit"');
});
