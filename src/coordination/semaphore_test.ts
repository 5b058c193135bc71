import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ReentryError } from "./reentry_error.ts";
import { Semaphore } from "./semaphore.ts";
import { foundValue } from "./found_value.ts";

const SENSELESS = [0, -1, 0.5, 1.5, NaN, Infinity, 2 ** 53, "2", null];

Deno.test("Semaphore refuses numbers of permits that make no sense, naming the value and the range", async () => {
  for (const permits of SENSELESS as number[]) {
    assertThrows(
      () => new Semaphore(permits),
      RangeError,
      `of ${foundValue(permits)} permits: expected an integer from 1 to `,
    );
    const semaphore = new Semaphore(3, { name: "db" }),
      message = `${foundValue(permits)} permits of the semaphore "db": expected an integer from 1 to 3`;
    assertThrows(() => semaphore.tryAcquire(permits), RangeError, message);
    await assertRejects(() => semaphore.acquire(permits), RangeError, message);
    await assertRejects(() => semaphore.withPermits(permits, () => {}), RangeError, message);
    assertEquals(semaphore.available, 3);
  }
  assertThrows(() => new Semaphore(3).tryAcquire(4), RangeError, "4 permits");
});

Deno.test("Semaphore counts exactly up to the largest number of permits", () => {
  const semaphore = new Semaphore(Number.MAX_SAFE_INTEGER);
  const guards = [semaphore.tryAcquire(Number.MAX_SAFE_INTEGER - 1), semaphore.tryAcquire(1)];
  assertEquals([semaphore.available, semaphore.tryAcquire()], [0, undefined]);
  for (const guard of guards) guard?.release();
  assertEquals(semaphore.available, Number.MAX_SAFE_INTEGER);
});

Deno.test("Semaphore lets no small request overtake a large one, unless it is more urgent", async () => {
  const semaphore = new Semaphore(3);
  using _two = await semaphore.acquire(2);
  const leaves = new AbortController();
  const large = assertRejects(() => semaphore.acquire(3, leaves));
  const small = semaphore.acquire(1);
  assertEquals([semaphore.available, semaphore.waiters, semaphore.tryAcquire()], [1, 2, undefined]);
  const urgent = await semaphore.acquire(1, { priority: "high" });
  urgent.release();
  assertEquals(semaphore.waiters, 2, "what the urgent one gives back does not go to the small one");
  leaves.abort();
  assertEquals([semaphore.available, semaphore.waiters], [0, 0], "the large one no longer blocks the small one");
  await large;
  (await small).release();
});

Deno.test("Semaphore serves several at once when many permits come back", async () => {
  const semaphore = new Semaphore(4), all = await semaphore.acquire(4);
  const waits = [2, 1, 2, 1].map((permits) => semaphore.acquire(permits));
  all.release();
  assertEquals(semaphore.snapshot().holders.map(({ holds }) => holds), [2, 1]);
  assertEquals(semaphore.snapshot().waiters.map(({ wants }) => wants), [2, 1]);
  for (const wait of waits) (await wait).release();
  assertEquals(semaphore.available, 4);
});

Deno.test("Semaphore that lets barge in gives away what is too little for the first in line, a bounded number of times", async () => {
  const semaphore = new Semaphore(3, { barging: true });
  const one = await semaphore.acquire(1);
  const large = semaphore.acquire(3);
  let passes = 0;
  for (let guard = semaphore.tryAcquire(); guard !== undefined; guard = semaphore.tryAcquire()) {
    passes++;
    guard.release();
    await Promise.resolve();
  }
  assertEquals(passes, 100);
  one.release();
  (await large).release();
});

Deno.test('Semaphore with reentry "allow" gives an owner more, ahead of those who wait for it', async () => {
  const semaphore = new Semaphore(3, { reentry: "allow" });
  const a = await semaphore.acquire(1, { owner: "a" }), b = await semaphore.acquire(1, { owner: "b" });
  const large = semaphore.acquire(3, { owner: "c", priority: "critical" });
  const more = semaphore.tryAcquire(1, { owner: "a" });
  assert(more !== undefined, "c waits for a, so a need not wait for c");
  assertEquals(semaphore.tryAcquire(1, { owner: "a" }), undefined, "none is free");
  const [forA, forB] = [semaphore.acquire(1, { owner: "a" }), semaphore.acquire(1, { owner: "b", priority: "low" })];
  const urgent = semaphore.acquire(1, { priority: 1e9 });
  assertEquals(semaphore.snapshot().waiters.map(({ owner }) => owner), ["a", "b", undefined, "c"]);
  more.release();
  b.release();
  const guards = [a, await forA, await forB];
  for (const guard of guards) guard.release();
  (await urgent).release();
  (await large).release();
  assertEquals(semaphore.available, 3);
});

Deno.test("Semaphore takes an owner's word only while it holds", () => {
  const semaphore = new Semaphore(2), guard = semaphore.tryAcquire(1, { owner: "a" });
  assertThrows(() => semaphore.tryAcquire(1, { owner: "a" }), ReentryError, "ask for all at once");
  guard?.release();
  semaphore.tryAcquire(1, { owner: "a" })?.release();
  assertEquals(semaphore.snapshot(), {
    type: "semaphore",
    name: undefined,
    holders: [],
    waiters: [],
    totals: { grants: 2, waits: 0, timeouts: 0, aborts: 0, longestWaitMs: undefined },
    capacity: 2,
    available: 2,
  });
});
