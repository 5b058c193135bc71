import { assertEquals, assertStrictEquals } from "@std/assert";
import { backgroundTimers, timers } from "../../reliability/timer_wheel.ts";
import { inFakeTime, numbers } from "./testdata/numbers.ts";

Deno.test("ObjectPool ends what is idle too long, but keeps min, with one timer on the wheel of the background", () =>
  inFakeTime(async (tick) => {
    const { pool, destroyed } = numbers({ min: 1, idleTimeoutMs: 1_000 });
    const loans = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
    assertEquals(backgroundTimers.size, 0, "nothing is idle");
    for (const loan of loans) loan.release();
    assertEquals([backgroundTimers.size, timers.size], [1, 0]);
    await tick(600);
    for (let i = 0; i < 100; i++) pool.tryAcquire()!.release(); // always the one on top
    assertEquals(backgroundTimers.size, 1);
    await tick(399);
    assertEquals(destroyed, []);
    await tick(1);
    assertEquals([destroyed, pool.snapshot().idle, backgroundTimers.size], [[0, 1], 1, 0]);
    await tick(100_000);
    assertEquals([pool.snapshot().idle, pool.tryAcquire()?.value], [1, 2]);
    await pool.close();
  }));

Deno.test("ObjectPool ends what is too old, only when it is idle, each a little earlier than maxLifetimeMs at random", () =>
  inFakeTime(async (tick) => {
    const luck = [0, 0.999, 0.5];
    const { pool, destroyed } = numbers({ maxLifetimeMs: 10_000, random: () => luck.shift() ?? 7 });
    const loans = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
    loans[0]?.release();
    loans[1]?.release();
    await tick(9_750); // 9,750.25
    assertEquals(destroyed, []);
    await tick(1);
    assertEquals(destroyed, [1]);
    await tick(249);
    assertEquals([destroyed, loans[2]?.value], [[1, 0], 2]);
    loans[2]?.release();
    assertEquals([destroyed, pool.snapshot().size], [[1, 0, 2], 0]);
    const loan = await pool.acquire(); // random gives 7, which counts as 0
    await tick(9_999);
    loan.release();
    assertEquals(pool.snapshot().idle, 1);
    await tick(1);
    assertEquals(pool.snapshot().idle, 0);
    await pool.close();
  }));

Deno.test("ObjectPool lends no object that is too old, even if its timer is late", async () => {
  let now = 0;
  const { pool, destroyed } = numbers({ maxLifetimeMs: 1_000_000, random: () => 0, clock: () => now });
  (await pool.acquire()).release();
  now = 1_000_000;
  assertStrictEquals(pool.tryAcquire(), undefined);
  assertEquals(destroyed, [0]);
  await pool.close();
});

Deno.test("ObjectPool ends an object after maxUses loans", async () => {
  const { pool, destroyed } = numbers({ maxUses: 2 });
  for (const expected of [0, 0, 1, 1, 2]) await pool.use((n) => assertEquals(n, expected));
  assertEquals(destroyed, [0, 1]);
  await pool.close();
});

Deno.test("ObjectPool without limits asks no clock, and sets no timer", async () => {
  let readings = 0;
  const { pool } = numbers({ clock: () => ++readings, createTimeoutMs: Infinity });
  for (let i = 0; i < 100; i++) (await pool.acquire()).release();
  assertEquals([readings, timers.size, backgroundTimers.size], [1, 0, 0], "the one who waited for the first object");
  await pool.close();
});

Deno.test("ObjectPool keeps no process alive for its limits", async () => {
  const program = `
    import { ObjectPool } from ${JSON.stringify(new URL("./object_pool.ts", import.meta.url).href)};
    const pool = new ObjectPool({ create: () => ({}), max: 2, idleTimeoutMs: 1e9, maxLifetimeMs: 1e9 });
    (await pool.acquire()).release();
    console.log(pool.snapshot().idle);`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--quiet", `data:application/typescript,${encodeURIComponent(program)}`],
    signal: AbortSignal.timeout(60_000),
    cwd: new URL(".", import.meta.url),
    stderr: "inherit",
  });
  const { success, stdout } = await child.output();
  assertEquals([success, new TextDecoder().decode(stdout).trim()], [true, "1"]);
});
