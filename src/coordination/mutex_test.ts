import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../reliability/timer_wheel.ts";
import { Mutex, type MutexGuard } from "./mutex.ts";
import { WaitTimeoutError } from "./waiter.ts";
import { settledAfter } from "./testdata/settled_after.ts";

/** What a mutex must do, said with an array: the holder, and behind it everybody in the order of arrival. */
class FirstCome {
  readonly granted: number[] = [];
  line: number[] = [];

  get locked(): boolean {
    return this.line.length > 0;
  }

  request(id: number): void {
    this.line.push(id);
    this.#grantFirst();
  }

  /** Whoever holds it leaves; others give nothing back. */
  release(id: number): void {
    if (this.line[0] !== id) return;
    this.line.shift();
    this.#grantFirst();
  }

  /** Whoever waits leaves; the holder keeps what it has. */
  forget(id: number): void {
    this.line = this.line.filter((other, place) => place === 0 || other !== id);
  }

  #grantFirst(): void {
    const [first] = this.line;
    if (first !== undefined && !this.granted.includes(first)) this.granted.push(first);
  }
}

const calls = fc.record({
  kind: fc.constantFrom("acquire", "acquire", "acquire", "try", "release", "release", "abort"),
  n: fc.nat(999),
  sameTurn: fc.boolean(),
});

Deno.test("Mutex grants what a plain list would grant, whatever the order of calls", () =>
  fc.assert(fc.asyncProperty(fc.array(calls, { maxLength: 100, size: "max" }), async (script) => {
    const mutex = new Mutex(), model = new FirstCome();
    const aborts: (AbortController | undefined)[] = [], granted: number[] = [], refused: number[] = [];
    const guards = new Map<number, MutexGuard>();
    for (const { kind, n, sameTurn } of script) {
      if (kind === "acquire") {
        const abort = new AbortController(), id = aborts.push(n % 3 === 0 ? undefined : abort) - 1;
        mutex.acquire(aborts[id]).then((guard) => {
          granted.push(id);
          guards.set(id, guard);
        }, () => refused.push(id));
        model.request(id);
      } else if (kind === "try") {
        const guard = mutex.tryAcquire();
        assertEquals(guard === undefined, model.locked, "a try succeeds when nobody holds it, and only then");
        if (guard !== undefined) {
          const id = aborts.push(undefined) - 1;
          granted.push(id);
          guards.set(id, guard);
          model.request(id);
        }
      } else if (kind === "release") { // of any guard ever granted: most have been released long ago
        const [id, guard] = [...guards][n % (guards.size || 1)] ?? [-1, undefined];
        guard?.release();
        model.release(id);
      } else { // perhaps of one that was served long ago: then nothing may change
        const id = n % (aborts.length || 1), abort = aborts[id];
        abort?.abort();
        if (abort !== undefined) model.forget(id);
      }
      assertEquals(mutex.locked, model.locked);
      assertEquals(mutex.waiters, Math.max(0, model.line.length - 1));
      if (sameTurn) continue;
      await nextTurn();
      assertEquals(granted, model.granted);
    }
    await nextTurn();
    assertEquals(granted, model.granted);
    assertEquals(refused.filter((id) => granted.includes(id)), []);
    for (let id = model.line[0]; id !== undefined; id = model.line[0]) { // everybody left is served in the end
      guards.get(id)?.release();
      model.release(id);
      await nextTurn();
    }
    assertEquals([granted, mutex.locked, mutex.waiters], [model.granted, false, 0]);
  })));

Deno.test("Mutex.acquire() hands over in the turn of the release: nobody can barge in", async () => {
  const mutex = new Mutex();
  const first = await mutex.acquire();
  const second = mutex.acquire();
  first.release();
  assertStrictEquals(mutex.tryAcquire(), undefined, "the lock already belongs to the one who waited");
  (await second).release();
  assertEquals(mutex.locked, false);
});

Deno.test("Mutex.acquire() loses no grant when the signal is aborted in the same turn", async () => {
  const mutex = new Mutex(), abort = new AbortController();
  const first = await mutex.acquire();
  const second = mutex.acquire({ signal: abort.signal });
  first.release();
  abort.abort();
  (await second).release();
  assertEquals(mutex.locked, false);
});

Deno.test("Mutex.acquire() of an aborted signal rejects with its reason and does not take a free lock", async () => {
  const mutex = new Mutex(), reason = new Error("no longer needed");
  const rejection = await assertRejects(() => mutex.acquire({ signal: AbortSignal.abort(reason) }));
  assertStrictEquals(rejection, reason);
  assertEquals(mutex.locked, false);
});

Deno.test("Mutex.acquire() that is aborted lets those behind move up", async () => {
  const mutex = new Mutex(), abort = new AbortController(), reason = new Error("enough");
  const holder = await mutex.acquire();
  const gone = mutex.acquire({ signal: abort.signal, timeoutMs: 60_000 });
  const next = mutex.acquire();
  abort.abort(reason);
  assertEquals(mutex.waiters, 1, "it leaves at once");
  assertStrictEquals(await assertRejects(() => gone), reason);
  holder.release();
  (await next).release();
});

Deno.test("Mutex.acquire() gives up after timeoutMs, saying how many were ahead", async () => {
  const mutex = new Mutex();
  const holder = await mutex.acquire();
  const ahead = mutex.acquire();
  const error = await assertRejects(() => mutex.acquire({ timeoutMs: 1 }), WaitTimeoutError);
  assertEquals(
    error.message,
    "Cannot acquire the mutex within 1 ms: it is held, and 1 wait ahead; raise timeoutMs, or hold it for a shorter time",
  );
  assertEquals([error.code, error.timeoutMs, mutex.waiters], ["wait_timeout", 1, 1]);
  holder.release();
  (await ahead).release();
});

Deno.test("Mutex.acquire() refuses a timeoutMs that makes no sense, even when the lock is free", async () => {
  const mutex = new Mutex();
  for (const timeoutMs of [-1, NaN, Infinity]) {
    await assertRejects(() => mutex.acquire({ timeoutMs }), RangeError, `timeoutMs ${timeoutMs}`);
  }
  assertEquals(mutex.locked, false);
});

Deno.test("MutexGuard.release() twice changes nothing for the one who holds it now", async () => {
  const mutex = new Mutex();
  const first = await mutex.acquire();
  first.release();
  const second = await mutex.acquire();
  first.release();
  assertEquals(mutex.locked, true);
  second.release();
});

Deno.test("MutexGuard releases at the end of its scope", () => {
  const mutex = new Mutex();
  {
    using guard = mutex.tryAcquire();
    assert(guard !== undefined && mutex.locked);
  }
  assertEquals(mutex.locked, false);
});

Deno.test("Mutex.withLock() releases when the section throws or rejects, and passes on what it returns", async () => {
  const mutex = new Mutex();
  await assertRejects(() => mutex.withLock(() => Promise.reject(new Error("asynchronous"))), Error, "asynchronous");
  await assertRejects(
    () =>
      mutex.withLock(() => {
        throw new Error("synchronous");
      }),
    Error,
    "synchronous",
  );
  assertEquals([await mutex.withLock(() => 7), mutex.locked], [7, false]);
});

/** A signal that counts its listeners. */
function countingSignal(): { readonly abort: AbortController; readonly listeners: () => number } {
  const abort = new AbortController(), { signal } = abort;
  const add = signal.addEventListener.bind(signal), remove = signal.removeEventListener.bind(signal);
  let listeners = 0;
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  return { abort, listeners: () => listeners };
}

Deno.test("Mutex keeps no listener, timer or waiter after 10,000 aborted waits", async () => {
  const mutex = new Mutex(), { abort, listeners } = countingSignal();
  const holder = await mutex.acquire();
  const waits = Array.from({ length: 10_000 }, () => mutex.acquire({ signal: abort.signal, timeoutMs: 60_000 }));
  assertEquals([mutex.waiters, listeners()], [10_000, 1], "one listener for all");
  const outcomes = await settledAfter(waits, () => abort.abort());
  assert(outcomes.every(({ status }) => status === "rejected"));
  assertEquals([mutex.waiters, listeners(), timers.size], [0, 0, 0]);
  holder.release();
});

Deno.test("Mutex keeps no listener or timer after waits that were served", async () => {
  const mutex = new Mutex(), { abort, listeners } = countingSignal();
  const holder = await mutex.acquire({ signal: abort.signal, timeoutMs: 60_000 });
  assertEquals(listeners(), 0, "whoever need not wait listens to nothing");
  const waits = Array.from(
    { length: 100 },
    () => mutex.withLock(() => Promise.resolve(), { signal: abort.signal, timeoutMs: 60_000 }),
  );
  assertEquals(listeners(), 1);
  holder.release();
  await Promise.all(waits);
  assertEquals([mutex.locked, listeners(), timers.size], [false, 0, 0]);
});

Deno.test("Mutex with barging lets a task that releases and asks again go on, in the same turn, past who waits", async () => {
  const mutex = new Mutex({ barging: true }), order: string[] = [];
  const guard = await mutex.acquire();
  const waits = mutex.acquire().then((next) => (order.push("waiter"), next.release()));
  guard.release();
  const again = mutex.acquire();
  assertEquals([mutex.locked, mutex.waiters], [true, 1]);
  await again.then((next) => (order.push("same task"), next.release()));
  await waits;
  assertEquals(order, ["same task", "waiter"]);
});
