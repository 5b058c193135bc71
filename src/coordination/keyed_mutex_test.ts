import { assertEquals, assertRejects } from "@std/assert";
import { KeyedMutex } from "./keyed_mutex.ts";
import { ReentryError } from "./reentry_error.ts";
import { WaitTimeoutError } from "./waiter.ts";

Deno.test("KeyedMutex locks each key by itself, and forgets those that nobody uses", async () => {
  const mutex = new KeyedMutex<number>();
  const guards = [1, 2, 3].map((key) => mutex.tryAcquire(key));
  const waits = [mutex.acquire(2), mutex.acquire(2)];
  assertEquals([mutex.size, mutex.isLocked(2), mutex.isLocked(4)], [3, true, false]);
  for (const guard of guards) guard?.release();
  assertEquals(mutex.size, 1);
  (await waits[0])?.release();
  assertEquals(mutex.size, 1);
  (await waits[1])?.release();
  assertEquals([mutex.size, mutex.isLocked(2)], [0, false]);
});

Deno.test("KeyedMutex keeps no key whose acquisition failed or was given up", async () => {
  const mutex = new KeyedMutex();
  await assertRejects(() => mutex.acquire("a", { timeoutMs: -1 }), RangeError);
  await assertRejects(() => mutex.acquire("a", { signal: AbortSignal.abort() }));
  assertEquals(mutex.size, 0);
});

Deno.test("KeyedMutex forgets a key that was free for those who barge in when the last waiter leaves", async () => {
  const mutex = new KeyedMutex({ barging: true }), abort = new AbortController();
  const guard = mutex.tryAcquire("a"), gone = assertRejects(() => mutex.acquire("a", abort));
  guard?.release();
  assertEquals([mutex.size, mutex.isLocked("a")], [1, false]);
  abort.abort();
  assertEquals(mutex.size, 0);
  await gone;
});

Deno.test("KeyedMutex tells its keys apart in errors and snapshots", async () => {
  const mutex = new KeyedMutex<unknown>({ name: "rows" });
  const cases: readonly (readonly [unknown, string])[] = [
    ["k", 'key "k"'],
    [7, "key 7"],
    [Symbol("s"), "key Symbol(s)"],
    [{}, "key that is an object"],
  ];
  for (const [key, shown] of cases) {
    using _guard = await mutex.acquire(key, { owner: "a" });
    await assertRejects(
      () => mutex.acquire(key, { timeoutMs: 1 }),
      WaitTimeoutError,
      `${String(shown)} of the keyed mutex "rows"`,
    );
    await assertRejects(
      () => mutex.acquire(key, { owner: "a" }),
      ReentryError,
      `${String(shown)} of the keyed mutex "rows"`,
    );
  }
  using _one = await mutex.acquire(1, { owner: "a" });
  using _two = await mutex.acquire(2, { owner: "a" });
  const { keys, holders, totals } = mutex.snapshot();
  assertEquals(keys.map(({ key, holders }) => [key, holders.length]), [[1, 1], [2, 1]]);
  assertEquals([holders.length, totals.grants, totals.timeouts], [2, 6, 4]);
});
