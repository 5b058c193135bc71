import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { timers } from "../reliability/timer_wheel.ts";
import { Barrier } from "./barrier.ts";
import { Channel } from "./channel.ts";
import { ConditionVariable } from "./condition_variable.ts";
import { HolderList, type HolderNode } from "./holder_list.ts";
import { KeyedMutex } from "./keyed_mutex.ts";
import { Latch } from "./latch.ts";
import { LeaseLock } from "./lease_lock.ts";
import { Mutex } from "./mutex.ts";
import type { PrimitiveOptions } from "./primitive.ts";
import { Quota } from "./quota.ts";
import { AdaptiveRateLimiter } from "./rate_limits/adaptive_rate_limiter.ts";
import { CompositeRateLimiter } from "./rate_limits/composite_rate_limiter.ts";
import { KeyedRateLimiter } from "./rate_limits/keyed_rate_limiter.ts";
import { TokenBucket } from "./rate_limits/token_bucket.ts";
import { ReadWriteLock } from "./read_write_lock.ts";
import { ResetEvent } from "./reset_event.ts";
import { Semaphore } from "./semaphore.ts";

/** What untyped callers may pass: parsed from JSON, or built by hand. */
function untyped(options: Record<string, unknown>): Record<string, never> {
  return options as Record<string, never>;
}

Deno.test("Mutex.acquire() refuses wait options of the wrong kind, and leaves its place", async () => {
  const mutex = new Mutex(), guard = mutex.tryAcquire();
  for (const timeoutMs of [5n, null, "7", [7]]) {
    await assertRejects(() => mutex.acquire(untyped({ timeoutMs })), RangeError, "Cannot wait with timeoutMs");
  }
  for (const signal of [null, 5, {}]) {
    await assertRejects(() => mutex.acquire(untyped({ signal })), TypeError, "expected an AbortSignal");
  }
  assertEquals(mutex.waiters, 0);
  guard?.release();
  assert(mutex.tryAcquire() !== undefined);
});

Deno.test("Mutex.acquire() with a signal that cannot be listened to leaves its place", async () => {
  const mutex = new Mutex(), guard = mutex.tryAcquire(), timersBefore = timers.size;
  const { signal } = new AbortController();
  signal.addEventListener = () => assert(false, "deaf");
  await assertRejects(() => mutex.acquire({ signal, timeoutMs: 60_000 }), Error, "deaf");
  assertEquals([mutex.waiters, timers.size], [0, timersBefore]);
  guard?.release();
  assert(mutex.tryAcquire() !== undefined);
});

Deno.test("HolderList.remove() leaves no way from what was taken out to the others", () => {
  class Node implements HolderNode<Node> {
    previous: Node | undefined = undefined;
    next: Node | undefined = undefined;
  }
  const list = new HolderList<Node>(), [a, b, c] = [new Node(), new Node(), new Node()];
  for (const node of [a, b, c]) list.add(node);
  for (const node of [b, a, c]) {
    list.remove(node);
    assertEquals([node.previous, node.next], [undefined, undefined]);
  }
  assertEquals(list.inOrder(), []);
});

/** What is granted, by everything that is held. */
const grants: Readonly<Record<string, () => Disposable | undefined>> = {
  Mutex: () => new Mutex().tryAcquire({ owner: "ann" }),
  KeyedMutex: () => new KeyedMutex().tryAcquire("a", { owner: "ann" }),
  Semaphore: () => new Semaphore(3).tryAcquire(2, { owner: "ann" }),
  "ReadWriteLock's reader": () => new ReadWriteLock().tryRead({ owner: "ann" }),
  "ReadWriteLock's writer": () => new ReadWriteLock().tryWrite({ owner: "ann" }),
  LeaseLock: () => new LeaseLock({ ttlMs: 1e6 }).tryAcquire({ owner: "ann" }),
  Quota: () => new Quota(3).tryAcquire(2, "ann"),
};

for (const [name, grant] of Object.entries(grants)) {
  Deno.test(`${name} lets nobody write to a guard what it reads when that is given back`, () => {
    using guard = grant();
    assert(guard !== undefined);
    for (const field of ["owner", "permits", "holds", "sinceMs", "amount", "want", "stampMs", "fencingToken"]) {
      if (field in guard) assertThrows(() => Object.assign(guard, { [field]: 100 }), TypeError);
    }
    assertEquals(Reflect.get(guard, "owner"), "ann");
  });
}

Deno.test("TimerWheel.schedule() refuses a delay that is not a number", () => {
  const before = timers.size;
  assertThrows(() => timers.schedule(NaN, { fire() {} }), RangeError, "NaN ms");
  assertEquals(timers.size, before);
});

Deno.test("LeaseLock takes the time from its last good reading when its clock tells none", () => {
  let read = (): number => 0;
  const lock = new LeaseLock({ ttlMs: 10, clock: () => read() }), guard = lock.tryAcquire();
  assert(guard !== undefined);
  read = () => NaN;
  assertEquals([guard.expiresInMs, lock.locked, guard.renew()], [10, true, true]);
  read = () => assert(false, "no clock") as never;
  assertEquals([guard.expiresInMs, lock.locked], [10, true]);
  read = () => 11;
  assertEquals([lock.locked, guard.signal.aborted], [false, true]);
});

Deno.test("Mutex with a clock that throws or tells NaN serves everybody, and keeps its accounts", async () => {
  let read = (): number => 0;
  const mutex = new Mutex({ timing: "on", clock: () => read() }), guard = mutex.tryAcquire();
  read = () => assert(false, "no clock") as never;
  const first = mutex.acquire(), second = mutex.acquire();
  guard?.release();
  read = () => NaN;
  (await first).release();
  (await second).release();
  read = () => 20;
  const held = mutex.tryAcquire(), third = mutex.acquire();
  read = () => 25;
  held?.release();
  (await third).release();
  assertEquals([mutex.locked, mutex.waiters, mutex.snapshot().totals.longestWaitMs], [false, 0, 5]);
});

const makers: Readonly<Record<string, (options: PrimitiveOptions) => unknown>> = {
  Latch: (options) => new Latch(1, options),
  ResetEvent: (options) => new ResetEvent(options),
  Channel: (options) => new Channel(1, options),
  Barrier: (options) => new Barrier(1, options),
  Quota: (options) => new Quota(1, options),
  ConditionVariable: (options) => new ConditionVariable(new Mutex(), options),
  TokenBucket: (options) => new TokenBucket({ limit: 1, ...options }),
  KeyedRateLimiter: (options) => new KeyedRateLimiter({ algorithm: "gcra", limit: 1, ...options }),
  CompositeRateLimiter: (options) => new CompositeRateLimiter([new TokenBucket({ limit: 1 })], options),
  AdaptiveRateLimiter: (options) => new AdaptiveRateLimiter({ max: 1, ...options }),
  Mutex: (options) => new Mutex(options),
};

for (const [name, make] of Object.entries(makers)) {
  Deno.test(`${name} cannot be made with a name, a clock or a timing that makes no sense`, () => {
    const wrong: readonly [Record<string, unknown>, string][] = [
      [{ name: "" }, 'name ""'],
      [{ name: 5 }, "name 5"],
      [{ timing: "yes" }, 'timing "yes"'],
      [{ clock: 5 }, "clock 5"],
    ];
    for (const [options, message] of wrong) assertThrows(() => make(untyped(options)), TypeError, message);
  });
}

Deno.test("ConditionVariable.wait() refuses a guard of another mutex, and one that was released, and leaves both alone", async () => {
  const mutex = new Mutex(), other = new Mutex(), condition = new ConditionVariable(mutex);
  const spent = await mutex.acquire(), foreign = await other.acquire();
  spent.release();
  const held = await mutex.acquire();
  for (const guard of [spent, foreign]) {
    await assertRejects(() => condition.wait(guard), TypeError, "expected a guard of its mutex that is held");
    await assertRejects(() => condition.waitUntil(guard, () => true), TypeError, "expected a guard of its mutex");
  }
  assertEquals([mutex.locked, other.locked, condition.waiters], [true, true, 0]);
  assertStrictEquals(await condition.waitUntil(held, () => true), held);
  assertEquals([mutex.isHeldBy(held), mutex.isHeldBy(spent), mutex.isHeldBy(foreign)], [true, false, false]);
  held.release();
  foreign.release();
});
