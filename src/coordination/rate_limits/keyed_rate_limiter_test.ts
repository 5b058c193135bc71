import { assert, assertEquals } from "@std/assert";
import { KeyedRateLimiter } from "./keyed_rate_limiter.ts";
import { settle, withFakeTime } from "./testdata/fake_time.ts";
import { DAY_MS } from "./testdata/recipes.ts";

Deno.test("KeyedRateLimiter forgets a key after one to two times its memory, at a call for any other", () => {
  let now = 0;
  const limiter = new KeyedRateLimiter({ algorithm: "token_bucket", limit: 10, perMs: 1000, clock: () => now });
  for (let key = 0; key < 1000; key++) assert(limiter.tryTake(`key ${key}`));
  assertEquals(limiter.snapshot().cells, 1000);
  now = 1000; // an empty bucket would be full by now
  assert(limiter.tryTake("other"));
  assertEquals(limiter.snapshot().cells, 1001);
  assert(limiter.tryTake("key 7"), "which is kept with its cell");
  now = 2000;
  assert(limiter.tryTake("other"));
  assertEquals(limiter.snapshot().cells, 3, "other twice, key 7");
  now = 3000;
  limiter.sweep();
  assertEquals(limiter.snapshot().cells, 1);
  now = 3000 + DAY_MS;
  assertEquals([limiter.retryAfterMs("other"), limiter.snapshot().cells], [0, 0]);
});

Deno.test("KeyedRateLimiter forgets nothing that counts when its clock goes back by a day", () => {
  let wall = 0;
  const limiter = new KeyedRateLimiter({ algorithm: "fixed_window", limit: 1, perMs: 1000, clock: () => wall });
  assert(limiter.tryTake("a"));
  wall -= DAY_MS;
  assert(!limiter.tryTake("a"));
  wall += 999;
  assert(!limiter.tryTake("a"));
  wall += 1;
  assert(limiter.tryTake("a"));
});

Deno.test("KeyedRateLimiter stays as small as what is in use, however many keys come by once", () => {
  let now = 0, most = 0;
  const limiter = new KeyedRateLimiter<number>({ algorithm: "gcra", limit: 1, perMs: 100, clock: () => now });
  for (let key = 0; key < 100_000; key++) {
    now += 1;
    limiter.tryTake(key);
    most = Math.max(most, key % 50 === 0 ? limiter.snapshot().cells : 0);
  }
  assert(most <= 200, `${most} cells for 100 keys in each memory of 100 ms`);
});

Deno.test("KeyedRateLimiter turns new keys down when it is full, tells when it will not be, and lets them wait", () =>
  withFakeTime(async (time) => {
    const limiter = new KeyedRateLimiter({ algorithm: "token_bucket", limit: 10, perMs: 1000, maxKeys: 2 });
    assert(limiter.tryTake("a") && limiter.tryTake("b", 10));
    assert(!limiter.tryTake("c"), "no burst for a stranger, nor memory");
    assert(limiter.tryTake("a"), "those in use go on");
    assertEquals([limiter.retryAfterMs("c"), limiter.retryAfterMs("b", 5)], [1000, 500]);
    let servedAt = -1;
    limiter.take("c").then(() => servedAt = time.now());
    await time.pass(1000);
    assertEquals(servedAt, 1000);
    assert(limiter.tryTake("a"));
    assertEquals(
      [limiter.tryTake("b"), limiter.retryAfterMs("b")],
      [false, 1000],
      "it is known, but two others are in use",
    );
  }));

Deno.test("KeyedRateLimiter keeps no more of a sliding log's keys by default than 32e6 numbers take", () => {
  const accepted = (limit: number, maxKeys?: number) => {
    const recipe = { algorithm: "sliding_log", limit, perMs: 1000, clock: () => 0 } as const;
    const limiter = new KeyedRateLimiter<number>(maxKeys === undefined ? recipe : { ...recipe, maxKeys });
    let keys = 0;
    while (keys < 100 && limiter.tryTake(keys)) keys++;
    return keys;
  };
  assertEquals([accepted(999_999), accepted(1e7), accepted(10)], [32, 3, 100]);
  assertEquals([accepted(999_999, 33), accepted(10, 3)], [33, 3], "or as many as its maker wants");
});

Deno.test("KeyedRateLimiter has a line for each key, and none when nobody waits", () =>
  withFakeTime(async (time) => {
    const limiter = new KeyedRateLimiter({ algorithm: "token_bucket", limit: 1, perMs: 100, name: "users" });
    const servedAt: string[] = [];
    for (const key of ["a", "b", "a"]) {
      limiter.take(key, 1, { owner: key }).then(() => servedAt.push(`${key}@${time.now()}`));
    }
    limiter.take("a", 1, { owner: "urgent", priority: "high" }).then(() => servedAt.push(`urgent@${time.now()}`));
    await settle();
    const { type, name, contendedKeys, waiters } = limiter.snapshot();
    assertEquals({ type, name, contendedKeys }, { type: "keyed_token_bucket", name: "users", contendedKeys: 1 });
    assertEquals(waiters.map(({ owner }) => owner), ["urgent", "a"]);
    assertEquals([limiter.retryAfterMs("a"), limiter.tryTake("a"), limiter.retryAfterMs("b")], [300, false, 100]);
    await time.pass(200);
    assertEquals(servedAt, ["a@0", "b@0", "urgent@100", "a@200"]);
    assertEquals(limiter.snapshot().contendedKeys, 0);
    assertEquals(limiter.snapshot().totals.grants, 4);
  }));

// As a million keys within 80 and 160 MB: its tables double, so that four times as many keys take four times as much, to 0.3 %.
Deno.test("KeyedRateLimiter keeps 250,000 keys within 20 MB, within 40 MB if all are always in use, and lets go of them", () => {
  const collect: unknown = Reflect.get(globalThis, "gc");
  assert(typeof collect === "function", "run with --v8-flags=--expose-gc");
  const usedMb = () => {
    collect();
    collect(); // a buffer is freed after the collection that finds it unused
    const { heapUsed, external } = Deno.memoryUsage();
    return (heapUsed + external) / 1e6;
  };
  let now = 0;
  const limiter = new KeyedRateLimiter({ algorithm: "token_bucket", limit: 10, perMs: 1000, clock: () => now });
  const useAll = () => {
    for (let key = 0; key < 250_000; key++) limiter.tryTake(`user-${key}`); // each time another string, as from a request
    return limiter.snapshot().cells;
  };
  const before = usedMb();
  assertEquals(useAll(), 250_000);
  const once = usedMb() - before;
  now = 1000;
  assertEquals(useAll(), 500_000, "in both generations");
  const always = usedMb() - before;
  now = 5000;
  limiter.sweep();
  const rest = usedMb() - before;
  assert(once < 20 && always < 40 && rest < 1, `${once} MB, ${always} MB, ${rest} MB`);
});

Deno.test("KeyedRateLimiter remembers every key while more and more come", () => {
  let now = 0;
  const limiter = new KeyedRateLimiter<number>({ algorithm: "fixed_window", limit: 1, perMs: 1000, clock: () => now });
  for (let keys = 1; keys <= 100; keys++) {
    assert(limiter.tryTake(keys));
    for (let key = 1; key <= keys; key++) assert(!limiter.tryTake(key), `key ${key} of ${keys}`);
  }
  now = 2000; // all of them are as good as new, and nobody has asked meanwhile
  limiter.sweep();
  assertEquals(limiter.snapshot().cells, 0);
});
