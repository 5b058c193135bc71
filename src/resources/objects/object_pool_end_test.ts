import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { WaitTimeoutError } from "../../coordination/waiter.ts";
import { backgroundTimers, timers } from "../../reliability/timer_wheel.ts";
import { ObjectCreationError, PoolClosedError } from "./errors.ts";
import { inFakeTime, numbers, pending, settle } from "./testdata/numbers.ts";

Deno.test("ObjectPool.warmUp() makes min objects, and from then on replaces those that are lost", async () => {
  const { pool, destroyed } = numbers({ min: 2, max: 3 });
  assertEquals(pool.snapshot().size, 0, "a constructor makes nothing");
  await pool.warmUp();
  await pool.warmUp();
  assertEquals([pool.snapshot().idle, pool.snapshot().created], [2, 2]);
  (await pool.acquire()).discard();
  assertEquals([pool.snapshot().idle, destroyed], [2, [1]]);
  await pool.close();
  const error = await assertRejects(() => pool.warmUp(), PoolClosedError);
  assertEquals(
    error.message,
    "Cannot acquire an object: its pool is closed; acquire before drain() or close(), or make another pool",
  );
});

Deno.test("ObjectPool.warmUp() rejects if objects cannot be made, after the retries, and the pool goes on trying in the background", () =>
  inFakeTime(async (tick) => {
    let works = false;
    const at: number[] = [];
    const { pool } = numbers({
      min: 1,
      max: 1,
      create: () => {
        at.push(performance.now());
        if (works) return 1;
        throw new Error("planted");
      },
      retry: { maxRetries: 1, initialDelayMs: 100, jitter: false },
    });
    const warm = pool.warmUp().catch((error) => error);
    await tick(100);
    assertInstanceOf(await warm, ObjectCreationError);
    assertEquals([timers.size, backgroundTimers.size], [0, 1], "nobody waits, so the process may end");
    await tick(700);
    assertEquals(at, [0, 100, 200, 400, 800]);
    works = true;
    await tick(800);
    assertEquals([at.length, pool.snapshot().idle, backgroundTimers.size], [6, 1, 0]);
    await pool.close();
  }));

Deno.test("ObjectPool.warmUp() that is given up or closed leaves nothing behind", () =>
  inFakeTime(async (tick) => {
    const { calls, call, signals } = pending<number>();
    const { pool } = numbers({ min: 2, create: call });
    const slow = pool.warmUp({ timeoutMs: 50 }).catch((error) => error);
    const abort = new AbortController();
    const aborted = pool.warmUp({ signal: abort.signal }).catch((reason) => reason);
    const closed = pool.warmUp().catch((error) => error);
    abort.abort("no need");
    await tick(50);
    const error = await slow;
    assertInstanceOf(error, WaitTimeoutError);
    assertEquals(
      error.message,
      "Cannot acquire 2 objects to start with within 50 ms: of at most 3, 0 are lent, 0 are idle and 2 are being made; " +
        "raise timeoutMs, or hold it for a shorter time",
    );
    assertStrictEquals(await aborted, "no need");
    calls[0]!.resolve(0);
    await settle();
    assertEquals(pool.snapshot().idle, 1);
    const end = pool.close();
    assertInstanceOf(await closed, PoolClosedError);
    assert(signals[1]?.aborted);
    calls[1]!.reject(signals[1]?.reason);
    await end;
  }));

Deno.test("ObjectPool.drain() serves who is in line, refuses who comes later, waits for the loans and destroys all", async () => {
  const { pool, destroyed } = numbers({ max: 2 });
  const [first, second] = await Promise.all([pool.acquire(), pool.acquire()]);
  const inLine = pool.acquire();
  let drained = 0;
  const drains = [pool.drain().then(() => drained++), pool.drain().then(() => drained++)];
  assertEquals(pool.snapshot().state, "draining");
  await assertRejects(() => pool.acquire(), PoolClosedError);
  assertThrows(() => pool.tryAcquire(), PoolClosedError);
  first?.release();
  const third = await inLine;
  assertEquals([third.value, destroyed], [0, []]);
  second?.release();
  await nextTurn();
  assertEquals([destroyed, drained], [[1], 0]);
  third.release();
  await Promise.all(drains);
  assertEquals([destroyed, drained, pool.snapshot().state], [[1, 0], 2, "closed"]);
  await pool.drain();
  await pool.close();
});

Deno.test("ObjectPool.drain() gives up waiting in time, and the pool can be closed", async () => {
  const { pool, destroyed } = numbers();
  const loan = await pool.acquire();
  (await pool.acquire()).release();
  const error = await assertRejects(() => pool.drain({ timeoutMs: 1 }), WaitTimeoutError);
  assertEquals(
    error.message,
    "Cannot acquire all loans of an object within 1 ms: of at most 3, 1 are lent, 0 are idle and 0 are being made; " +
      "raise timeoutMs, or hold it for a shorter time",
  );
  const reason = new Error("enough");
  assertStrictEquals(await assertRejects(() => pool.drain({ signal: AbortSignal.abort(reason) })), reason);
  assertEquals([pool.snapshot().state, destroyed], ["draining", [1]]);
  await pool.close();
  loan.release();
  assertEquals([destroyed, pool.snapshot().size], [[1, 0], 0]);
  await pool.drain();
});

Deno.test("ObjectPool.close() refuses who waits, aborts creations, and destroys what they give all the same", async () => {
  const { calls, call, signals } = pending<number>();
  const { pool, destroyed } = numbers({ create: call, max: 2 });
  const waits = [pool.acquire(), pool.acquire(), pool.acquire()].map((wait) => wait.catch((error) => error.code));
  calls[0]!.resolve(0);
  await nextTurn();
  let ended = false;
  const close = pool.close().then(() => ended = true);
  assertEquals(await Promise.all(waits.slice(1)), ["pool_closed", "pool_closed"]);
  assertInstanceOf(signals[1]?.reason, PoolClosedError);
  assertEquals(ended, false, "a creation is in flight");
  calls[1]!.resolve(1);
  await close;
  assertEquals([destroyed, pool.snapshot().state, pool.snapshot().loaned], [[1], "closed", 1]);
  assertThrows(() => pool.tryAcquire(), PoolClosedError);
  await assertRejects(() => pool.acquire(), PoolClosedError);
});

Deno.test("ObjectPool.close() waits for checks in flight, and destroys what was checked", async () => {
  const { calls, call } = pending<boolean>();
  let asynchronous = false;
  const { pool, destroyed } = numbers({ validate: () => asynchronous ? call(new AbortController().signal) : true });
  (await pool.acquire()).release();
  asynchronous = true;
  const wait = pool.acquire().catch((error) => error.code);
  let ended = false;
  const close = pool.close().then(() => ended = true);
  await nextTurn();
  assertEquals([await wait, ended, pool.snapshot().validating], ["pool_closed", false, 1]);
  calls[0]!.resolve(true);
  await close;
  assertEquals([destroyed, pool.snapshot().size], [[0], 0]);
});

Deno.test("ObjectPool goes on with the retries of a creation that somebody waits for, while it fills itself up to min", () =>
  inFakeTime(async (tick) => {
    let calls = 0, broken = false;
    const { pool } = numbers({
      min: 2,
      max: 2,
      create: () => {
        if (++calls === 3) throw new Error("planted");
        return calls < 3 ? calls : new Promise<number>(() => {});
      },
      validate: () => !broken,
      retry: { maxRetries: 1, initialDelayMs: 100, jitter: false },
      createTimeoutMs: 1_000,
    });
    await pool.warmUp();
    broken = true;
    const wait = pool.acquire().catch((error) => error);
    assertEquals(
      [calls, pool.snapshot().creating],
      [4, 2],
      "one failed and will be tried again, the other fills the pool",
    );
    const abort = new AbortController();
    const another = pool.acquire({ signal: abort.signal }).catch(() => {});
    abort.abort();
    await another;
    assertEquals([calls, pool.snapshot().creating], [4, 2]);
    await tick(100);
    assertEquals(calls, 5);
    const close = pool.close();
    await tick(1_000);
    await close;
    assertInstanceOf(await wait, PoolClosedError);
  }));
