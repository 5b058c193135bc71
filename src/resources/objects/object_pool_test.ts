import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import { ObjectPool } from "./object_pool.ts";
import type { ObjectPoolOptions } from "./options.ts";
import { WatchNotes } from "../testdata/watch_notes.ts";
import { numbers, pending } from "./testdata/numbers.ts";

Deno.test("ObjectPool.acquire() lends what was used last, and makes an object only when none is idle", async () => {
  const { pool, destroyed } = numbers();
  const loans = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
  assertEquals(loans.map(({ value }) => value), [0, 1, 2]);
  for (const loan of loans) loan.release();
  for (const expected of [2, 2]) {
    const loan = await pool.acquire({ owner: "ann" });
    assertEquals([loan.value, loan.owner, loan.released], [expected, "ann", false]);
    loan.release();
  }
  assertEquals(pool.tryAcquire()?.value, 2);
  assertEquals(pool.tryAcquire()?.value, 1);
  assertEquals(pool.tryAcquire()?.value, 0);
  assertStrictEquals(pool.tryAcquire(), undefined);
  const { created, acquired, loaned, idle } = pool.snapshot();
  assertEquals({ created, acquired, loaned, idle }, { created: 3, acquired: 8, loaned: 3, idle: 0 });
  await pool.close();
  assertEquals(destroyed, [], "what is lent is not destroyed in somebody's hands");
});

Deno.test("Loan changes nothing when it is given back twice, late, or in another way", async () => {
  const { pool, destroyed } = numbers({ max: 1 });
  const first = await pool.acquire();
  first.release();
  const second = await pool.acquire({ owner: "bob" });
  first.release();
  first.discard();
  first[Symbol.dispose]();
  await first[Symbol.asyncDispose]();
  assertEquals([pool.snapshot().loaned, pool.snapshot().idle, destroyed], [1, 0, []]);
  assertThrows(() => first.value, TypeError, "Cannot use an object: it was given back");
  second.discard();
  second.release();
  assertEquals([pool.snapshot().size, destroyed, second.released], [0, [0], true]);
  assertThrows(() => second.value, TypeError, 'Cannot use an object of "bob": it was given back');
  await pool.close();
});

Deno.test("Loan is given back by using and await using", async () => {
  const { pool } = numbers({ max: 1 });
  {
    using loan = await pool.acquire();
    assertEquals(loan.value, 0);
  }
  {
    await using loan = await pool.acquire();
    assertEquals(loan.value, 0);
  }
  assertEquals(pool.snapshot().idle, 1);
  await pool.close();
});

Deno.test("ObjectPool.use() gives the object back however its function ends, unless it was discarded", async () => {
  const { pool, destroyed } = numbers({ max: 1 });
  assertEquals(await pool.use((n, loan) => Promise.resolve([n, loan.owner]), { owner: "ann" }), [0, "ann"]);
  const planted = new Error("planted");
  assertStrictEquals(await assertRejects(() => pool.use(() => Promise.reject(planted))), planted);
  assertStrictEquals(
    await assertRejects(() =>
      pool.use(() => {
        throw planted;
      })
    ),
    planted,
  );
  assertEquals(pool.snapshot().idle, 1);
  await pool.use((_, loan) => loan.discard());
  assertEquals([pool.snapshot().size, destroyed], [0, [0]]);
  await pool.close();
});

Deno.test("ObjectPool hands over to whoever has waited, in order of priority, and nobody barges in", async () => {
  const { pool } = numbers({ max: 1 });
  let loan = await pool.acquire();
  const order: string[] = [];
  const wait = async (name: string, priority: "low" | "normal" | "critical") => {
    const mine = await pool.acquire({ priority });
    order.push(name);
    return mine;
  };
  const waits = [wait("low", "low"), wait("a", "normal"), wait("b", "normal"), wait("critical", "critical")];
  for (const next of [3, 1, 2, 0]) {
    loan.release();
    assertStrictEquals(pool.tryAcquire(), undefined, "it already belongs to somebody");
    loan = await waits[next]!;
  }
  assertEquals(order, ["critical", "a", "b", "low"]);
  loan.release();
  await pool.close();
});

Deno.test("ObjectPool lets nobody starve: a priority is worth agingMs of waiting, even if the clock goes back", async () => {
  let now = 0;
  const { pool } = numbers({ max: 1, agingMs: 100, clock: () => now });
  const loan = await pool.acquire();
  const order: string[] = [];
  const wait = (name: string, level: number) =>
    pool.acquire({ priority: level }).then((mine) => {
      order.push(name);
      mine.release();
    });
  const waits = [wait("low", 0)];
  now = 199;
  waits.push(wait("high, 199 later", 2));
  now = 201;
  waits.push(wait("high, 201 later", 2));
  assertEquals(pool.snapshot().oldestWaitMs, 201);
  now = -1e9;
  waits.push(wait("high, when the clock went back", 2));
  assertEquals(pool.snapshot().oldestWaitMs, 201);
  loan.release();
  await Promise.all(waits);
  assertEquals(order, ["high, 199 later", "low", "high, 201 later", "high, when the clock went back"]);
  await pool.close();
});

Deno.test("ObjectPool makes as many objects as waiters need, never more than max, and loses none that nobody waits for any more", async () => {
  const { calls, call, signals } = pending<number>();
  const { pool, destroyed } = numbers({ create: call, max: 2 });
  const abort = new AbortController();
  const gone = pool.acquire({ signal: abort.signal });
  const [second, third] = [pool.acquire(), pool.acquire()];
  assertEquals([calls.length, pool.snapshot().creating, pool.snapshot().waiters], [2, 2, 3]);
  abort.abort("gone");
  assertStrictEquals(await gone.catch((reason) => reason), "gone");
  assertEquals([calls.length, pool.snapshot().waiters, signals[0]?.aborted], [2, 2, false]);
  calls[1]!.resolve(1);
  const loan = await second;
  assertEquals(loan.value, 1);
  loan.release();
  assertEquals((await third).value, 1, "what comes back is as good as what is made");
  calls[0]!.resolve(0);
  await nextTurn();
  assertEquals([pool.tryAcquire()?.value, calls.length, destroyed], [0, 2, []]);
  await pool.close();
});

Deno.test("ObjectPool.acquire() loses no object when the grant and the abort meet in one turn", async () => {
  const { calls, call } = pending<number>();
  const { pool } = numbers({ create: call, max: 1 });
  const abort = new AbortController();
  const wait = pool.acquire({ signal: abort.signal });
  calls[0]!.resolve(7);
  await Promise.resolve(); // the pool hears of it before the waiter does
  abort.abort();
  const loan = await wait.catch(() => undefined);
  loan?.release();
  await nextTurn();
  assertEquals([pool.snapshot().idle, pool.snapshot().loaned], [1, 0]);
  await pool.close();
});

Deno.test("ObjectPool leaves no waiter, listener or timer behind 10,000 waits that were given up", async () => {
  class CountingSignal extends EventTarget {
    listeners = 0;
    aborted = false;
    reason: unknown = undefined;
    override addEventListener(type: string, listener: EventListenerOrEventListenerObject): void {
      this.listeners++;
      super.addEventListener(type, listener);
    }
    override removeEventListener(type: string, listener: EventListenerOrEventListenerObject): void {
      this.listeners--;
      super.removeEventListener(type, listener);
    }
    throwIfAborted(): void {}
  }
  const { pool } = numbers({ max: 1 });
  const loan = await pool.acquire();
  const shared = new CountingSignal(), signal = shared as EventTarget as AbortSignal;
  const waits: Promise<unknown>[] = [];
  for (let i = 0; i < 10_000; i++) {
    const own = new AbortController();
    const options = { timeoutMs: 60_000, priority: i % 4, signal: i % 2 === 0 ? signal : own.signal };
    waits.push(pool.acquire(options).catch((reason) => reason));
    if (i % 2 === 1) own.abort("own");
  }
  assertEquals([pool.snapshot().waiters, shared.listeners, timers.size], [5_000, 1, 5_000]);
  shared.reason = "shared";
  shared.dispatchEvent(new Event("abort"));
  const reasons = await Promise.all(waits);
  assertEquals(reasons.filter((reason) => reason === "own").length, 5_000);
  assertEquals(reasons.filter((reason) => reason === "shared").length, 5_000);
  const { waiters, creating, loaned } = pool.snapshot();
  assertEquals({ waiters, creating, loaned, listeners: shared.listeners, timers: timers.size }, {
    waiters: 0,
    creating: 0,
    loaned: 1,
    listeners: 0,
    timers: 0,
  });
  loan.release();
  assertEquals(pool.snapshot().idle, 1);
  await pool.close();
});

Deno.test("ObjectPool refuses options that make no sense", () => {
  const create = () => 1;
  const wrong: [Partial<Record<keyof ObjectPoolOptions<number>, unknown>>, string][] = [
    [{ max: 0 }, "max 0: expected an integer of at least 1; say how many objects there may be"],
    [{ max: 1.5 }, "max 1.5"],
    [{ max: NaN }, "max NaN"],
    [{ max: Infinity }, "max Infinity"],
    [{ max: "3" }, 'max "3"'],
    [{ max: undefined }, "max undefined"],
    [{ min: -1 }, "min -1: expected an integer from 0 to max, which is 2"],
    [{ min: 3 }, "min 3"],
    [{ min: 0.5 }, "min 0.5"],
    [{ idleTimeoutMs: 0 }, "idleTimeoutMs 0: expected a number of milliseconds above 0; leave it out for the default"],
    [{ maxLifetimeMs: NaN }, "maxLifetimeMs NaN"],
    [{ createTimeoutMs: -1 }, "createTimeoutMs -1"],
    [{ validateTimeoutMs: 0 }, "validateTimeoutMs 0"],
    [{ destroyTimeoutMs: 0 }, "destroyTimeoutMs 0"],
    [{ validateAfterIdleMs: Infinity }, "validateAfterIdleMs Infinity"],
    [{ validateAfterIdleMs: -1 }, "validateAfterIdleMs -1"],
    [{ validateAfterIdleMs: "1" }, 'validateAfterIdleMs "1"'],
    [{ maxUses: 0 }, "maxUses 0"],
    [{ maxUses: 1.5 }, "maxUses 1.5"],
    [{ agingMs: -1 }, "agingMs -1"],
    [{ agingMs: Infinity }, "agingMs Infinity"],
    [{ retry: { maxRetries: -1 } }, "retry.maxRetries"],
  ];
  for (const [options, message] of wrong) {
    // @ts-expect-error: some are of another type
    assertThrows(() => new ObjectPool<number>({ create, max: 2, ...options }), RangeError, message);
  }
  // @ts-expect-error: no function
  assertThrows(() => new ObjectPool({ create: 7, max: 1 }), TypeError, "create 7: expected a function");
});

Deno.test("ObjectPool takes options up to their bounds", () => {
  const right: Partial<ObjectPoolOptions<number>>[] = [
    { max: 1, min: 1 },
    { agingMs: 0, validateAfterIdleMs: 0 },
    { maxUses: 1 },
    { maxUses: Infinity, idleTimeoutMs: Infinity, maxLifetimeMs: Infinity },
    { createTimeoutMs: Infinity, validateTimeoutMs: Infinity, destroyTimeoutMs: Infinity },
    { idleTimeoutMs: 1e-9, maxLifetimeMs: 1e-9 },
  ];
  for (const options of right) assertEquals(new ObjectPool({ create: () => 1, max: 2, ...options }).snapshot().size, 0);
});

Deno.test("ObjectPool tells whoever looks for deadlocks who has an object and who waits for one", async () => {
  using notes = new WatchNotes();
  const { pool } = numbers({ max: 1 }), controller = new AbortController();
  (await pool.acquire()).release();
  const loan = pool.tryAcquire("a");
  const b = pool.acquire({ owner: "b", signal: controller.signal }).catch((reason) => reason);
  assertEquals([notes.holders, [...notes.contested.waits()].map(({ owner }) => owner)], [["a: 1"], ["b"]]);
  controller.abort("no longer");
  assertEquals([await b, [...notes.contested.waits()]], ["no longer", []]);
  loan?.release();
  assertEquals([notes.holders, notes.told], [[], ["a holds", "b waits for 1", "b waits no more"]]);
  await pool.close();
});

Deno.test("ObjectPool.acquire() refuses waits that make no sense, and takes nothing for an aborted signal", async () => {
  const { pool } = numbers();
  (await pool.acquire()).release();
  await assertRejects(() => pool.acquire({ timeoutMs: -1 }), RangeError, "Cannot wait with timeoutMs -1");
  await assertRejects(() => pool.warmUp({ timeoutMs: NaN }), RangeError);
  await assertRejects(() => pool.drain({ timeoutMs: NaN }), RangeError);
  // @ts-expect-error: no such priority
  await assertRejects(() => pool.acquire({ priority: "urgent" }), TypeError, 'Cannot rank priority "urgent"');
  const reason = new Error("no longer");
  assertStrictEquals(await assertRejects(() => pool.acquire({ signal: AbortSignal.abort(reason) })), reason);
  assertEquals([pool.snapshot().idle, pool.snapshot().state], [1, "open"]);
  await pool.close();
});

Deno.test("ObjectPool.snapshot() tells how a pool stands", async () => {
  const { pool } = numbers({ max: 2, min: 1 });
  const [first] = await Promise.all([pool.acquire(), pool.acquire()]);
  const wait = pool.acquire();
  first?.release();
  (await wait).release();
  assertEquals(pool.snapshot(), {
    state: "open",
    min: 1,
    max: 2,
    size: 2,
    idle: 1,
    loaned: 1,
    validating: 0,
    destroying: 0,
    creating: 0,
    abandoned: 0,
    waiters: 0,
    oldestWaitMs: undefined,
    acquired: 3,
    created: 2,
    destroyed: 0,
    creationFailures: 0,
    broken: 0,
    destroyFailures: 0,
    timeouts: 0,
  });
  await pool.close();
});
