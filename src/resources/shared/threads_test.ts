import { assert, assertEquals } from "@std/assert";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker as NodeWorker } from "node:worker_threads";
import { timers } from "../../reliability/timer_wheel.ts";
import { SharedResourcePool } from "./mod.ts";
import { audit } from "./testdata/audit.ts";
import { Hand } from "./testdata/hand.ts";
import { CAPACITY, type KINDS, type Order } from "./testdata/orders.ts";
import { Tokens } from "./testdata/tokens.ts";

type Pool = SharedResourcePool<typeof KINDS[number]>;

function newPool(): Pool {
  return SharedResourcePool.create({ capacity: CAPACITY });
}

/** Waits for something that takes as long as it takes; a test that waits for ever is ended by whoever runs it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(2);
}

Deno.test("SharedResourcePool lends to Workers, in the order in which they came", async () => {
  using pool = newPool();
  const hands = await Promise.all([1, 2, 3, 4].map(() => Hand.hire(pool)));
  const all = await pool.acquire(CAPACITY);
  for (const [i, hand] of hands.entries()) {
    await hand.tell({ task: i % 2 === 0 ? "block" : "wait", request: { cpu: 8 } });
    await until(() => pool.snapshot().waiters === i + 1);
  }
  all.release();
  for (const [i, hand] of hands.entries()) {
    const { id } = await hand.report();
    assertEquals(pool.snapshot().waiters, hands.length - 1 - i, "one at a time");
    // A Worker's lease is given back here: ids travel.
    assertEquals([pool.release(Number(id)), pool.release(Number(id))], [true, false]);
  }
  assertEquals((await pool.acquire(CAPACITY)).amounts, CAPACITY);
  hands.forEach(({ worker }) => worker.terminate());
});

Deno.test("SharedResourcePool does not let small requests pass a large one that waits, however many threads make them", async () => {
  using pool = newPool();
  const tokens = new Tokens(3, 16), hands = await Promise.all([1, 2].map(() => Hand.hire(pool)));
  hands.forEach((hand, i) => hand.order({ task: "hammer", ms: 300, name: i + 1, tokens: tokens.buffer }));
  for (let i = 0; i < 20; i++) {
    const lease = await pool.acquire(CAPACITY);
    assertEquals(pool.snapshot().leases, 1);
    lease.release();
  }
  await Promise.all(hands.map((hand) => hand.report()));
  hands.forEach(({ worker }) => worker.terminate());
});

Deno.test("SharedResourcePool gets back what a Worker held that ends in whatever way, without being told", async () => {
  using pool = newPool();
  const ends: [string, (hand: Hand) => void][] = [
    ["terminated", ({ worker }) => worker.terminate()],
    ["closed", (hand) => hand.order({ task: "close" })],
    ["exited", (hand) => hand.order({ task: "exit" })],
    ["failed", (hand) => hand.order({ task: "throw" })],
    ["terminated while it computed", ({ worker }) => worker.terminate()],
    ["terminated while it waited", ({ worker }) => worker.terminate()],
  ];
  for (const [i, [end, kill]] of ends.entries()) {
    const hand = await Hand.hire(pool);
    await hand.tell({ task: "hold", request: { cpu: 5, gpu: 2 } });
    if (end === "terminated while it computed") await hand.tell({ task: "compute", ms: 400 });
    if (end === "terminated while it waited") await hand.tell({ task: "wait", request: { cpu: 8, memoryMb: 16 } });
    if (end === "terminated while it waited") await until(() => pool.snapshot().waiters === 1);
    const waits = pool.acquire({ cpu: 6, memoryMb: 1 });
    assertEquals(pool.snapshot().available.cpu, 3);
    kill(hand);
    (await waits).release();
    assertEquals([pool.snapshot().available, pool.snapshot().waiters], [CAPACITY, 0], end);
    const { deaths, threads, leaks } = pool.snapshot();
    assertEquals([deaths, threads, leaks], [i + 1, 1, i + 1], end);
    hand.worker.terminate();
  }
  assertEquals(timers.size, 0);
});

Deno.test("SharedResourcePool.acquireBlocking() gets what a Worker held that died meanwhile", async () => {
  using pool = newPool();
  const [doomed, blocked] = await Promise.all([Hand.hire(pool), Hand.hire(pool)]);
  await doomed.tell({ task: "hold", request: { cpu: 5 } });
  await blocked.tell({ task: "block", request: { cpu: 8 } });
  await until(() => pool.snapshot().waiters === 1);
  doomed.worker.terminate();
  assert((await blocked.report()).id !== undefined);
  assertEquals(pool.snapshot().deaths, 1);
  blocked.worker.terminate();
});

Deno.test("SharedResourcePool gets back what a Worker of node:worker_threads held", async () => {
  using pool = newPool();
  const worker = new NodeWorker(new URL("./testdata/pool_worker.ts", import.meta.url));
  const tell = (order: Order) =>
    new Promise((resolve) => {
      worker.once("message", resolve);
      worker.postMessage(order);
    });
  await tell({ task: "attach", handle: pool.handle });
  await tell({ task: "hold", request: { cpu: 5 } });
  const waits = pool.acquire({ cpu: 4 });
  await worker.terminate();
  assertEquals((await waits).amounts, { cpu: 4 });
});

Deno.test("SharedResourcePool.reclaimDead() takes no Worker for dead that computes, however often it asks", async () => {
  using pool = newPool();
  const hand = await Hand.hire(pool);
  await hand.tell({ task: "hold", request: { cpu: 5 } });
  await hand.tell({ task: "compute", ms: 300 });
  for (let i = 0; i < 100; i++) assertEquals(pool.reclaimDead(), 0);
  await hand.report();
  for (let i = 0; i < 100; i++) assertEquals(pool.reclaimDead(), 0);
  await hand.tell({ task: "release" });
  assertEquals([pool.snapshot().available, pool.snapshot().deaths], [CAPACITY, 0]);
  hand.worker.terminate();
  await until(() => pool.reclaimDead() === 1);
  assertEquals(pool.snapshot().threads, 1);
});

Deno.test("SharedResourcePool.reclaim() ends the wait of a Worker that sleeps, and frees its place when it has noticed", async () => {
  using pool = SharedResourcePool.create({ capacity: CAPACITY, maxThreads: 2 });
  const hand = await Hand.hire(pool);
  const held = await pool.acquire(CAPACITY);
  await hand.tell({ task: "block", request: { cpu: 1 } });
  await until(() => pool.snapshot().waiters === 1);
  assertEquals([pool.reclaim(hand.thread), pool.reclaim(hand.thread)], [true, false]);
  const error = await hand.report().then(() => undefined, String);
  assert(error?.includes("SharedPoolDetachedError: Cannot use the shared pool: another thread reclaimed"), error);
  held.release();
  await hand.tell({ task: "attach", handle: pool.handle });
  assertEquals((await hand.tell({ task: "hold", request: { cpu: 8 } })).error, undefined);
  hand.worker.terminate();
});

Deno.test("SharedResourcePool goes on when a Worker dies while it changes the books", async () => {
  using pool = newPool();
  const [doomed, other] = await Promise.all([Hand.hire(pool), Hand.hire(pool)]);
  await doomed.tell({ task: "hold", request: { cpu: 3 } });
  await other.tell({ task: "hold", request: { cpu: 4, gpu: 1 } });
  const waits = pool.acquire({ cpu: 2 });
  doomed.order({ task: "die inside", handle: pool.handle });
  assertEquals((await waits).amounts, { cpu: 2 });
  const { inUse, deaths, repairs } = pool.snapshot();
  assertEquals([inUse, deaths, repairs], [{ cpu: 6, memoryMb: 0, gpu: 1 }, 1, 1]);
  audit(pool.handle.buffer);
  other.worker.terminate();
});

Deno.test("SharedResourcePool keeps exact books under eight Workers, of which some are killed in the middle", async () => {
  // A minute is a good soak: SHARED_POOL_SOAK_MS=60000.
  const ms = Number(Deno.env.get("SHARED_POOL_SOAK_MS") ?? 2_000), kills = Math.max(3, Math.floor(ms / 2_000));
  using pool = newPool();
  const tokens = new Tokens(3, 16), endMs = performance.now() + ms;
  const doomed: { readonly hand: Hand; readonly name: number }[] = [];
  const hands = await Promise.all(Array.from({ length: 8 }, () => Hand.hire(pool)));
  const reports = hands.map((hand, i) => {
    const name = i + 1, order: Order = { task: "hammer", ms, name, tokens: tokens.buffer };
    if (i < 3) doomed.push({ hand, name });
    hand.order(order);
    return i < 3 ? undefined : hand.report();
  });
  let names = 9;
  for (let kill = 0; kill < kills; kill++) {
    await sleep((endMs - performance.now()) / (kills + 1 - kill));
    const { hand, name } = doomed[kill % doomed.length]!;
    tokens.doom(name);
    if (kill % 3 === 0) hand.order({ task: "die inside", handle: pool.handle });
    else hand.worker.terminate();
    if (kill % 3 === 2) pool.reclaim(hand.thread);
    if (names > 60 || kill >= kills - 3) continue;
    const heir = await Hand.hire(pool);
    doomed[kill % doomed.length] = { hand: heir, name: names };
    heir.order({ task: "hammer", ms: endMs - performance.now(), name: names++, tokens: tokens.buffer });
  }
  const done = await Promise.all(reports.filter((report) => report !== undefined));
  const whole = await pool.acquire(CAPACITY); // once it is granted, nobody else has anything
  const { leases, waiters, deaths, repairs, grants } = pool.snapshot();
  assertEquals([leases, waiters], [1, 0]);
  whole.release();
  audit(pool.handle.buffer);
  assertEquals(pool.snapshot().available, CAPACITY);
  await until(() => pool.reclaimDead() === 0 && pool.snapshot().deaths >= kills);
  assertEquals(pool.snapshot().deaths, kills);
  const sum = (figure: "grants" | "timeouts" | "aborts") =>
    done.reduce((total, report) => total + (report[figure] ?? 0), 0);
  assert(done.every((report) => (report.grants ?? 0) > 0), "each thread had its share");
  assert(sum("grants") <= grants && sum("timeouts") > 0 && sum("aborts") > 0);
  if (ms > 2_000) {
    console.log({
      deaths,
      repairs,
      grants,
      timeouts: sum("timeouts"),
      aborts: sum("aborts"),
      shares: done.map((each) => each.grants),
    });
  }
  hands.forEach(({ worker }) => worker.terminate());
  doomed.forEach(({ hand }) => hand.worker.terminate());
  assertEquals(timers.size, 0);
});
