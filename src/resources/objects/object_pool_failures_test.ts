import { assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { WaitTimeoutError } from "../../coordination/waiter.ts";
import { BrokenObjectError, FactoryTimeoutError, ObjectCreationError } from "./errors.ts";
import type { PoolFault } from "./options.ts";
import { inFakeTime, numbers, pending, settle } from "./testdata/numbers.ts";

Deno.test("ObjectPool.acquire() tells at once why no object can be made, one waiter for each failure", async () => {
  const { calls, call } = pending<number>();
  const { pool, faults } = numbers({ create: call, max: 1, name: "a database" });
  const [first, second] = [pool.acquire().catch((error) => error), pool.acquire()];
  const refused = new Error("connection refused");
  calls[0]!.reject(refused);
  const error = await first;
  assertInstanceOf(error, ObjectCreationError);
  assertStrictEquals(error.cause, refused);
  assertEquals([error.code, error.attempts, error.pool], ["object_creation_failed", 1, "a database"]);
  assertEquals(
    error.message,
    "Cannot acquire a database: create failed once, at last with Error: connection refused; " +
      "mend what create needs, or allow more retries",
  );
  assertEquals(faults, [{ pool: "a database", operation: "create", error: refused }]);
  calls[1]!.resolve(1);
  assertEquals((await second).value, 1);
  assertEquals(pool.snapshot().creationFailures, 1);
  await pool.close();
});

Deno.test("ObjectPool.acquire() hears of a create that throws at once, and of one that makes a thenable which fails", async () => {
  const planted = new Error("planted");
  for (
    const create of [
      () => {
        throw planted;
      },
      () => ({
        then() {
          throw planted;
        },
      } as unknown as PromiseLike<number>),
    ]
  ) {
    const { pool } = numbers({ create });
    assertStrictEquals((await assertRejects(() => pool.acquire(), ObjectCreationError)).cause, planted);
    assertEquals(pool.snapshot().creating, 0);
    await pool.close();
  }
});

Deno.test("ObjectPool tries a creation again with growing waits, while somebody waits for it", () =>
  inFakeTime(async (tick) => {
    const at: number[] = [];
    const { pool } = numbers({
      create: () => {
        at.push(performance.now());
        throw new Error(`try ${at.length}`);
      },
      retry: { maxRetries: 3, initialDelayMs: 100, jitter: false },
    });
    const first = pool.acquire().catch((error) => error);
    await tick(10_000);
    const error = await first;
    assertInstanceOf(error, ObjectCreationError);
    assertEquals([error.attempts, String(error.cause), at], [4, "Error: try 4", [0, 100, 300, 700]]);
    const abort = new AbortController();
    const second = pool.acquire({ signal: abort.signal });
    await tick(150);
    abort.abort("enough");
    assertStrictEquals(await second.catch((reason) => reason), "enough");
    await tick(10_000);
    assertEquals([at.length, pool.snapshot().creating], [6, 0], "nobody waits, so nothing is tried");
    await pool.close();
  }));

Deno.test("ObjectPool keeps the creation that is tried again first, if fewer wait than it tries for", () =>
  inFakeTime(async (tick) => {
    const at: number[] = [];
    const { pool } = numbers({
      create: () => {
        at.push(performance.now());
        if (at.length === 1) return new Promise((_, reject) => setTimeout(() => reject(new Error("refused late")), 40));
        if (at.length === 2) throw new Error("refused at once");
        return at.length;
      },
      max: 2,
      retry: { maxRetries: 1, initialDelayMs: 50, jitter: false },
    });
    const first = pool.acquire({ timeoutMs: 45 }).catch((error) => error), second = pool.acquire();
    await tick(40);
    assertEquals(pool.snapshot().creationFailures, 2);
    await tick(5);
    assertInstanceOf(await first, WaitTimeoutError);
    assertEquals(pool.snapshot().creating, 1);
    await tick(5); // and not when what was refused at 40 is tried again
    assertEquals(at, [0, 0, 50]);
    const loan = await second;
    loan.release();
    await pool.close();
  }));

Deno.test("ObjectPool.acquire() that times out while creation fails says why, in its cause", () =>
  inFakeTime(async (tick) => {
    const refused = new Error("refused");
    const { pool } = numbers({
      create: () => Promise.reject(refused),
      retry: { maxRetries: 1_000_000, initialDelayMs: 100, jitter: false },
    });
    const wait = pool.acquire({ timeoutMs: 1_000, owner: "ann" }).catch((error) => error);
    await tick(1_000);
    const error = await wait;
    assertInstanceOf(error, WaitTimeoutError);
    assertStrictEquals(error.cause, refused);
    assertEquals(
      error.message,
      'Cannot acquire an object for "ann" within 1000 ms: of at most 3, 0 are lent, 0 are idle and 1 are being made, ' +
        "and 0 wait ahead; raise timeoutMs, or hold it for a shorter time",
    );
    assertEquals([pool.snapshot().timeouts, pool.snapshot().creating], [1, 0]);
    await pool.close();
  }));

Deno.test("ObjectPool does not wait for a create that hangs, aborts its signal, and destroys what it gives late", () =>
  inFakeTime(async (tick) => {
    const { calls, call, signals } = pending<number>();
    const { pool, destroyed, faults } = numbers({ create: call, max: 1, createTimeoutMs: 500 });
    const first = pool.acquire().catch((error) => error), second = pool.acquire();
    await tick(500);
    const error = await first;
    assertInstanceOf(error, ObjectCreationError);
    assertInstanceOf(error.cause, FactoryTimeoutError);
    assertStrictEquals(signals[0]?.reason, error.cause);
    assertEquals(
      error.cause.message,
      "Cannot create an object within 500 ms: the factory has not answered; raise createTimeoutMs, or mend create",
    );
    assertEquals([pool.snapshot().creating, pool.snapshot().abandoned, faults.length], [1, 1, 1]);
    calls[1]!.resolve(1);
    assertEquals((await second).value, 1);
    calls[0]!.resolve(0);
    await settle();
    const { abandoned, created, destroyed: ended, size } = pool.snapshot();
    assertEquals([destroyed, abandoned, created, ended, size], [[0], 0, 2, 1, 1]);
    await pool.close();
  }));

Deno.test("ObjectPool hears without harm that a creation which it gave up has failed", () =>
  inFakeTime(async (tick) => {
    const { calls, call } = pending<number>();
    const { pool } = numbers({ create: call, createTimeoutMs: 500 });
    const first = pool.acquire().catch((error) => error);
    await tick(500);
    await first;
    calls[0]!.reject(new Error("late"));
    await settle();
    assertEquals(pool.snapshot().abandoned, 0);
    await pool.close();
  }));

Deno.test("ObjectPool destroys what is broken from the start, in its place, and tells who waits if that goes on", async () => {
  const { pool, destroyed, faults } = numbers({
    max: 1,
    validate: (n) => n >= 2,
    retry: { maxRetries: 1, initialDelayMs: 0 },
  });
  const error = await assertRejects(() => pool.acquire(), ObjectCreationError);
  assertInstanceOf(error.cause, BrokenObjectError);
  assertEquals([destroyed, faults.map(({ operation }) => operation)], [[0, 1], ["validate", "validate"]]);
  assertEquals((await pool.acquire()).value, 2);
  assertEquals([pool.snapshot().creationFailures, pool.snapshot().broken], [2, 0]);
  await pool.close();
});

Deno.test("ObjectPool.acquire() passes over idle objects that no longer work, whether validate answers at once or later", async () => {
  const broken = new Set<number>();
  const answers: ((n: number) => boolean | Promise<boolean>)[] = [
    (n) => !broken.has(n),
    (n) => Promise.resolve(!broken.has(n)),
    (n) => {
      if (broken.has(n)) throw new Error("planted");
      return true;
    },
    (n) => broken.has(n) ? Promise.reject(new Error("planted")) : Promise.resolve(true),
  ];
  for (const validate of answers) {
    const { pool, destroyed } = numbers({ validate });
    const loans = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
    for (const loan of loans) loan.release();
    broken.add(2).add(1);
    const [first, second] = await Promise.all([pool.acquire(), pool.acquire()]);
    assertEquals([first?.value, second?.value, destroyed.toSorted(), pool.snapshot().broken], [0, 3, [1, 2], 2]);
    first?.release();
    second?.release();
    assertEquals([pool.snapshot().idle, pool.snapshot().waiters], [2, 0]);
    await pool.close();
    assertEquals(destroyed.toSorted(), [0, 1, 2, 3]);
    broken.clear();
  }
});

Deno.test("ObjectPool checks no more objects than there are waiters", async () => {
  const { calls, call } = pending<boolean>();
  let asynchronous = false;
  const { pool } = numbers({ validate: () => asynchronous ? call(new AbortController().signal) : true });
  for (const loan of await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()])) loan.release();
  asynchronous = true;
  const waits = [pool.acquire(), pool.acquire()];
  assertEquals([pool.snapshot().validating, pool.snapshot().idle], [2, 1]);
  for (const { resolve } of calls) resolve(true);
  assertEquals((await Promise.all(waits)).map(({ value }) => value), [2, 1]);
  await pool.close();
});

Deno.test("ObjectPool gives what comes back to whoever waits for a check, if it needs none itself", async () => {
  const { calls, call } = pending<boolean>();
  let now = 0, asynchronous = false;
  const validate = () => asynchronous ? call(new AbortController().signal) : true;
  const { pool } = numbers({ max: 2, validate, validateAfterIdleMs: 100, clock: () => now });
  const [held, other] = await Promise.all([pool.acquire(), pool.acquire()]);
  other?.release();
  now = 100;
  asynchronous = true;
  const wait = pool.acquire();
  assertEquals(pool.snapshot().validating, 1);
  held?.release();
  assertEquals([(await wait).value, pool.snapshot().waiters], [0, 0]);
  calls[0]!.resolve(true);
  await nextTurn();
  assertEquals(pool.tryAcquire()?.value, 1);
  await pool.close();
});

Deno.test("ObjectPool.tryAcquire() has what it finds broken replaced, even while that is being destroyed", async () => {
  const { calls, call } = pending<void>();
  let broken = -1;
  const { pool } = numbers({
    min: 1,
    max: 2,
    validate: (n) => n !== broken,
    destroy: () => call(new AbortController().signal),
  });
  await pool.warmUp();
  broken = 0;
  assertStrictEquals(pool.tryAcquire(), undefined);
  assertEquals([pool.snapshot().destroying, pool.snapshot().idle, pool.tryAcquire()?.value], [1, 1, 1]);
  calls[0]!.resolve();
  await pool.close();
});

Deno.test("ObjectPool lets nobody in from within a look that is for somebody else", async () => {
  const tries: unknown[] = [];
  let broken = -1;
  const { pool } = numbers({ validate: (n) => n !== broken, destroy: () => void tries.push(pool.tryAcquire()) });
  for (const loan of await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()])) loan.release();
  broken = 2;
  assertEquals([(await pool.acquire()).value, tries], [1, [undefined]]);
  await pool.close();
});

Deno.test("ObjectPool does not wait for a validate that hangs", () =>
  inFakeTime(async (tick) => {
    let hangs = false;
    const { pool, destroyed, faults } = numbers({
      max: 1,
      validate: () => hangs ? new Promise<boolean>(() => {}) : true,
      validateTimeoutMs: 200,
    });
    (await pool.acquire()).release();
    hangs = true;
    const wait = pool.acquire();
    assertEquals([pool.snapshot().validating, pool.snapshot().idle], [1, 0]);
    hangs = false;
    await tick(200);
    assertEquals([(await wait).value, destroyed], [1, [0]]);
    assertInstanceOf(faults[0]?.error, FactoryTimeoutError);
    await pool.close();
  }));

Deno.test("ObjectPool checks no object that was used less than validateAfterIdleMs ago", async () => {
  let now = 0, checks = 0;
  const validate = () => {
    checks++;
    return Promise.resolve(true);
  };
  const { pool } = numbers({ validate, validateAfterIdleMs: 100, clock: () => now, max: 1 });
  (await pool.acquire()).release();
  assertEquals(checks, 1, "a new one is always checked");
  now = 99;
  pool.tryAcquire()!.release();
  now = 199;
  assertStrictEquals(pool.tryAcquire(), undefined, "it would have to be awaited");
  await nextTurn();
  assertEquals(checks, 2);
  pool.tryAcquire()!.release();
  now = 299;
  assertStrictEquals(pool.tryAcquire(), undefined);
  assertEquals([checks, pool.snapshot().idle], [2, 1], "now it is known that a check takes time, so a try begins none");
  (await pool.acquire()).release();
  assertEquals(checks, 3);
  await pool.close();
});

Deno.test("ObjectPool counts and reports a destroy that throws, rejects or hangs, and frees its place; a hook that fails is ignored", () =>
  inFakeTime(async (tick) => {
    const ways: ((n: number) => unknown)[] = [
      () => {
        throw new Error("planted");
      },
      () => Promise.reject(new Error("planted")),
      () => new Promise(() => {}),
    ];
    const hooks: ((fault: PoolFault) => unknown)[] = [
      () => {},
      () => {
        throw new Error("a hook");
      },
      () => Promise.reject(new Error("a hook")),
    ];
    for (const destroy of ways) {
      for (const onError of hooks) {
        const seen: PoolFault[] = [];
        const { pool } = numbers({
          max: 1,
          destroy,
          destroyTimeoutMs: 300,
          onError: (fault) => {
            seen.push(fault);
            return onError(fault);
          },
        });
        (await pool.acquire()).discard();
        const wait = pool.acquire();
        await tick(300);
        assertEquals((await wait).value, 1);
        assertEquals(seen.map(({ operation }) => operation), ["destroy"]);
        assertEquals([pool.snapshot().destroyFailures, pool.snapshot().destroyed, pool.snapshot().size], [1, 1, 1]);
        await pool.close();
      }
    }
  }));

Deno.test("ObjectPool counts an object until it is destroyed: there are never more than max", async () => {
  const { calls, call } = pending<void>();
  const { pool } = numbers({ max: 1, destroy: () => call(new AbortController().signal) });
  (await pool.acquire()).discard();
  const wait = pool.acquire();
  await nextTurn();
  assertEquals([pool.snapshot().destroying, pool.snapshot().creating, pool.snapshot().waiters], [1, 0, 1]);
  calls[0]!.resolve();
  assertEquals((await wait).value, 1);
  await Promise.all([pool.close(), pool.close()]);
});

Deno.test("ObjectPool finds an end when every idle object is broken and replaced at once", async () => {
  const checked = new Set<number>();
  const { pool, destroyed } = numbers({
    min: 1,
    max: 1,
    validate: (n) => {
      if (checked.has(n)) return false;
      checked.add(n);
      return true;
    },
  });
  await pool.warmUp();
  assertStrictEquals(pool.tryAcquire(), undefined);
  assertEquals([destroyed, pool.snapshot().idle], [[0], 1]);
  await pool.close();
});
