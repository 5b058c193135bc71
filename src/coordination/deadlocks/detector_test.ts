import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { KeyedMutex } from "../keyed_mutex.ts";
import { LeaseLock } from "../lease_lock.ts";
import { Mutex } from "../mutex.ts";
import { Quota } from "../quota.ts";
import { ReadWriteLock } from "../read_write_lock.ts";
import { CapacityError, ObjectPool, ResourcePool } from "../../resources/mod.ts";
import { Semaphore } from "../semaphore.ts";
import { DeadlockError, type DeadlockReport, detectDeadlocks, uniqueOwner } from "./mod.ts";
import { Permits } from "./testdata/permits.ts";
import { tellBegin } from "./watch.ts";

/** Two owners, each holding a mutex and asking for the other's. */
async function embrace() {
  const firstOwner = uniqueOwner("first"), secondOwner = uniqueOwner("second");
  const a = new Mutex({ name: "a" }), b = new Mutex({ name: "b" });
  const first = await a.acquire({ owner: firstOwner }), second = await b.acquire({ owner: secondOwner });
  const abandon = new AbortController();
  const options = { signal: abandon.signal };
  const waits = [b.acquire({ ...options, owner: firstOwner }), a.acquire({ ...options, owner: secondOwner })];
  return {
    owners: [firstOwner, secondOwner] as const,
    waits,
    async end() {
      abandon.abort();
      await Promise.allSettled(waits);
      first.release();
      second.release();
    },
  };
}

Deno.test("detectDeadlocks() tells of a circle once, before the next turn, with who waits for what and where", async () => {
  const reports: DeadlockReport[] = [];
  using detector = detectDeadlocks({ onDeadlock: (report) => reports.push(report), stacks: true });
  const { owners: [first, second], end } = await embrace();
  await nextTurn();
  assertEquals(detector.found, 1);
  const [report] = reports;
  assert(report !== undefined);
  assertEquals(report.circle.map(({ at: _, ...rest }) => rest), [
    {
      owner: first,
      waitsFor: { noun: "mutex", name: "b", share: 1 },
      holds: [{ noun: "mutex", name: "a", share: 1 }],
    },
    {
      owner: second,
      waitsFor: { noun: "mutex", name: "a", share: 1 },
      holds: [{ noun: "mutex", name: "b", share: 1 }],
    },
  ]);
  assert(report.circle.every(({ at }) => at?.includes("embrace") === true));
  assertEquals([report.certain, report.refused, detector.waiting], [true, undefined, 2]);
  assertEquals(report.stuck.toSorted(), [first, second]);
  await end();
  assertEquals(detector.waiting, 0);
});

Deno.test('detectDeadlocks({ refuse: "youngest" }) ends the wait that began last, and the other goes on', async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const { owners: [first, second], waits, end } = await embrace();
  const error = await waits[1]?.then(() => undefined, (error) => error);
  assertInstanceOf(error, DeadlockError);
  assertEquals(error.report.refused, second);
  assertEquals(
    error.message,
    `Cannot wait any longer for owner "${second}": "${second}" waits for the mutex "a" and holds the mutex "b"; ` +
      `"${first}" waits for the mutex "b" and holds the mutex "a"; acquire them in the same order everywhere, or set a timeoutMs and try again`,
  );
  assertEquals([detector.found, detector.waiting], [1, 1]);
  await end();
});

Deno.test("detectDeadlocks() takes a plain name for one task, unless nothing is to be assumed", async () => {
  for (const assume of ["tasks", "nothing"] as const) {
    using detector = detectDeadlocks({ refuse: "youngest", assume, onDeadlock() {} });
    const one = new Mutex(), two = new Mutex();
    const first = await one.acquire({ owner: "a" }), second = await two.acquire({ owner: "b" });
    const elder = two.acquire({ owner: "a" }), younger = one.acquire({ owner: "b" });
    if (assume === "tasks") {
      await assertRejects(() => younger, DeadlockError);
      first.release();
    } else {
      await nextTurn();
      assertEquals([detector.found, detector.suspected], [0, 1]);
      first.release(); // another task of that name
      (await younger).release();
    }
    second.release();
    (await elder).release();
  }
});

Deno.test("detectDeadlocks() refuses rather whoever has a time limit, and so is prepared to fail", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const one = new Mutex(), two = new Mutex();
  const first = await one.acquire({ owner: "a" }), second = await two.acquire({ owner: "b" });
  const elder = two.acquire({ owner: "a", timeoutMs: 60_000 }), younger = one.acquire({ owner: "b" });
  await assertRejects(() => elder, DeadlockError);
  first.release();
  (await younger).release();
  second.release();
  assertEquals(detector.found, 1);
});

Deno.test("detectDeadlocks() refuses words that it does not know", () => {
  assertThrows(
    () => detectDeadlocks(JSON.parse('{ "refuse": "oldest" }')),
    TypeError,
    'refuse "oldest": expected "youngest" or "none"',
  );
  assertThrows(
    () => detectDeadlocks(JSON.parse('{ "assume": 1 }')),
    TypeError,
    'assume 1: expected "tasks" or "nothing"',
  );
});

Deno.test("detectDeadlocks() finds a writer and a reader that hold each other up", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const lock = new ReadWriteLock({ name: "data" }), mutex = new Mutex({ name: "log" });
  const reader = { owner: uniqueOwner("reader") }, writer = { owner: uniqueOwner("writer") };
  const reading = await lock.read(reader), logging = await mutex.acquire(writer);
  const writing = lock.write(writer);
  await assertRejects(
    () => mutex.acquire(reader),
    DeadlockError,
    `"${writer.owner}" waits for the read-write lock "data" to write`,
  );
  reading.release();
  (await writing).release();
  logging.release();
  assertEquals(detector.found, 1);
});

Deno.test("detectDeadlocks() sees pools of resources: what their leases hold, whichever way it was granted", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const pool = new ResourcePool({ capacity: { cpu: 2, gpu: 1 } }), mutex = new Mutex({ name: "log" });
  const one = { owner: uniqueOwner("one") }, two = { owner: uniqueOwner("two") };
  pool.tryAcquire({ cpu: 1 })?.release(); // leaves something ready for the next of the same demand
  const first = pool.tryAcquire({ cpu: 1 }, one);
  const second = await pool.acquire({ cpu: 1 }, two), logging = await mutex.acquire(two);
  const waits = pool.acquire({ cpu: 1, gpu: 1 }, two);
  await nextTurn();
  assertEquals(detector.found, 0, "the first may still give back what it has");
  await assertRejects(
    () => mutex.acquire(one),
    DeadlockError,
    `"${two.owner}" waits for 1 cpu and 1 gpu of the resource pool and holds the mutex "log", 1 cpu of the resource pool`,
  );
  first?.release();
  second.release();
  (await waits).release();
  logging.release();
  assertEquals([detector.found, detector.waiting], [1, 0]);
});

Deno.test("detectDeadlocks() accuses nobody in a pool while what an unknown holder has would do", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 3 } });
  const unknown = pool.tryAcquire({ cpu: 1 });
  using detector = detectDeadlocks({ refuse: "youngest" });
  const owners = ["a", "b"].map(uniqueOwner);
  const held = owners.map((owner) => pool.tryAcquire({ cpu: 1 }, { owner }));
  const waits = owners.map((owner) => pool.acquire({ cpu: 1 }, { owner }));
  await nextTurn();
  assertEquals([detector.found, detector.waiting], [0, 2]);
  unknown?.release();
  for (const lease of held) lease?.release();
  for (const wait of waits) (await wait).release();
});

Deno.test("detectDeadlocks() sees quotas: what other owners hold", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const quota = new Quota(4, { name: "calls" }), mutex = new Mutex({ name: "log" });
  const a = { owner: uniqueOwner("a") }, b = { owner: uniqueOwner("b") };
  const shares = [a, b].map(({ owner }) => quota.tryAcquire(2, owner)), logging = await mutex.acquire(a);
  const waits = quota.acquire(1, a);
  await assertRejects(
    () => mutex.acquire(b),
    DeadlockError,
    `"${a.owner}" waits for the quota "calls" and holds the mutex "log", 2 of the quota "calls"`,
  );
  for (const share of shares) share?.release();
  (await waits).release();
  logging.release();
  assertEquals([detector.found, detector.waiting], [1, 0]);
});

Deno.test("detectDeadlocks() tells which key of a keyed mutex", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const accounts = new KeyedMutex({ name: "accounts" });
  const first = { owner: uniqueOwner("first") }, second = { owner: uniqueOwner("second") };
  const ada = await accounts.acquire("ada", first), bob = await accounts.acquire("bob", second);
  const waits = accounts.acquire("bob", first);
  const error = await assertRejects(
    () => accounts.acquire("ada", second),
    DeadlockError,
    `"${second.owner}" waits for key "ada" of the keyed mutex "accounts" and holds key "bob" of the keyed mutex "accounts"; `,
  );
  assertEquals(error.report.circle[0]?.waitsFor, { noun: "keyed mutex", name: "accounts", key: '"ada"', share: 1 });
  bob.release();
  (await waits).release();
  ada.release();
  assertEquals(detector.found, 1);
});

for (const [kind, name] of [["unique", uniqueOwner], ["plain", String]] as const) {
  Deno.test(`detectDeadlocks() looks once at all waits that began in one turn, by ${kind} owners`, () =>
    lookOnce(name));
}

async function lookOnce(name: (owner: string) => string) {
  using detector = detectDeadlocks({ refuse: "none", onDeadlock() {} });
  const count = 500, one = new Permits("one", 1), other = new Permits("other", 1);
  const holder = name("holder"), outsider = name("outsider");
  one.ask(holder, 1);
  other.ask(outsider, 1);
  Permits.steps = 0;
  const wait = (target: Permits, owner: string) => {
    const waiting = target.ask(owner, 1);
    if (waiting !== undefined) tellBegin(waiting, target);
  };
  for (let at = 0; at < count; at++) wait(one, name(`${at}`));
  await nextTurn();
  assert(Permits.steps <= 5 * count, `${Permits.steps}`);
  Permits.steps = 0;
  wait(other, holder);
  wait(one, outsider);
  for (let at = 0; at < count; at++) wait(one, name(`late ${at}`));
  await nextTurn();
  assert(Permits.steps <= 30 * count, `${Permits.steps}`);
  assertEquals([detector.found + detector.suspected, detector.waiting], [1, 2 * count + 2]);
}

Deno.test("detectDeadlocks() accuses nobody of waiting for a lease, which ends by itself", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const lease = new LeaseLock({ ttlMs: 60_000 }), mutex = new Mutex();
  const a = { owner: uniqueOwner("a") }, b = { owner: uniqueOwner("b") };
  const leased = await lease.acquire(a), held = await mutex.acquire(b);
  const waits = [mutex.acquire(a), lease.acquire(b)] as const;
  await nextTurn();
  assertEquals([detector.found, detector.waiting], [0, 2]);
  held.release();
  (await waits[0]).release();
  leased.release();
  (await waits[1]).release();
});

Deno.test("detectDeadlocks() finds an owner that waits for what it holds itself", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const owner = uniqueOwner("greedy"), quota = new Quota(4), pool = new ResourcePool({ capacity: { cpu: 4 } });
  const limited = new Quota(9, { ownerLimit: 4 });
  const held = [quota.tryAcquire(3, owner), pool.tryAcquire({ cpu: 3 }, { owner }), limited.tryAcquire(3, owner)];
  await assertRejects(
    () => quota.acquire(2, { owner }),
    DeadlockError,
    "waits for 2 of the quota and holds 3 of the quota",
  );
  await assertRejects(() => pool.acquire({ cpu: 2 }, { owner }), DeadlockError);
  await assertRejects(() => limited.acquire(2, { owner }), DeadlockError);
  for (const share of held) share?.release();
  assertEquals([detector.found, detector.suspected], [3, 0]);
});

Deno.test("detectDeadlocks() sees pools of objects: who has them all and waits for more", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  await using pool = new ObjectPool({ max: 2, name: "a connection", create: () => ({}) });
  const a = { owner: uniqueOwner("a") }, b = { owner: uniqueOwner("b") };
  const first = await pool.acquire(a), second = await pool.acquire(b);
  const waits = pool.acquire(a),
    tenants = [pool.acquire({ owner: "t" }), pool.acquire({ ...b, priority: "low" })] as const;
  const refused = assertRejects(
    () => tenants[1],
    DeadlockError,
    `"${b.owner}" waits for the object pool "a connection" and holds the object pool "a connection"`,
  );
  await refused;
  second.release();
  (await waits).release();
  (await tenants[0]).release();
  assertEquals([detector.found, detector.suspected, detector.waiting], [1, 0, 0]);
  for (let times = 0; times < 200; times++) (await pool.acquire(b)).release();
  const again = [await pool.acquire(b), pool.tryAcquire("t")], more = pool.acquire({ owner: "t" });
  await nextTurn();
  assertEquals([detector.found, detector.suspected, detector.waiting], [1, 0, 1]);
  for (const loan of again) loan?.release();
  (await more).release();
  first.release();
});

Deno.test("detectDeadlocks() hears that whoever a pool refuses because it has become too small waits no more", async () => {
  using detector = detectDeadlocks();
  const pool = new ResourcePool({ capacity: { cpu: 2 } }), held = pool.tryAcquire({ cpu: 1 });
  const waits = pool.acquire({ cpu: 2 }, { owner: uniqueOwner("large") });
  assertEquals(detector.waiting, 1);
  pool.resize({ cpu: 1 });
  await assertRejects(() => waits, CapacityError);
  assertEquals(detector.waiting, 0);
  held?.release();
});

Deno.test("detectDeadlocks() finds a circle that a smaller limit has closed", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const quota = new Quota(3), pool = new ResourcePool({ capacity: { cpu: 3 } });
  const a = { owner: uniqueOwner("a") }, b = { owner: uniqueOwner("b") };
  const unknown = [quota.tryAcquire(1), pool.tryAcquire({ cpu: 1 })];
  for (const [at, narrow] of [() => quota.setLimit(2), () => pool.resize({ cpu: 2 })].entries()) {
    const mutex = new Mutex(), isQuota = at === 0, held = await mutex.acquire(a);
    const shares = [a, b].map(({ owner }) =>
      isQuota ? quota.tryAcquire(1, owner) : pool.tryAcquire({ cpu: 1 }, { owner })
    );
    const first = isQuota ? quota.acquire(1, a) : pool.acquire({ cpu: 1 }, a), second = mutex.acquire(b);
    const refused = assertRejects(() => second, DeadlockError);
    await nextTurn();
    assertEquals(detector.found, at, "the unknown holder may give back what it has");
    narrow();
    await refused;
    for (const share of [unknown[at], ...shares]) share?.release();
    (await first).release();
    held.release();
  }
  assertEquals(detector.found, 2);
});

Deno.test("detectDeadlocks() refuses one in each of two circles that close in one turn", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const data = new ReadWriteLock(), locks = [new Mutex(), new Mutex()], writer = { owner: uniqueOwner("writer") };
  const readers = ["r", "s"].map((name) => ({ owner: uniqueOwner(name) }));
  const reading = await Promise.all(readers.map((reader) => data.read(reader)));
  const held = await Promise.all(locks.map((lock) => lock.acquire(writer)));
  const writing = data.write(writer);
  await nextTurn();
  assertEquals(detector.found, 0, "the readers may still end");
  const waits = locks.map((lock, at) => lock.acquire(readers[at]!));
  await Promise.all(waits.map((wait) => assertRejects(() => wait, DeadlockError))); // either reader alone keeps the writer out
  assertEquals([detector.found, detector.waiting], [2, 1]);
  for (const guard of reading) guard.release();
  (await writing).release();
  for (const guard of held) guard.release();
});

Deno.test("detectDeadlocks() refuses in a circle that was only possible before", async () => {
  const told: boolean[] = [];
  using detector = detectDeadlocks({
    refuse: "youngest",
    assume: "nothing",
    onDeadlock: ({ certain }) => told.push(certain),
  });
  const semaphore = new Semaphore(2), mutex = new Mutex();
  const x = { owner: uniqueOwner("x") }, y = { owner: uniqueOwner("y") }, z = { owner: uniqueOwner("z") };
  const held = [await semaphore.acquire(1, x), await semaphore.acquire(1, z), await mutex.acquire(y)];
  const waits = semaphore.acquire(1, y), refused = mutex.acquire(x), callOff = new AbortController();
  const rejected = assertRejects(() => refused, DeadlockError);
  const limited = mutex.acquire({ ...z, timeoutMs: 60_000, signal: callOff.signal });
  await nextTurn();
  assertEquals(told, [false], "z goes on once its time is up, and may give back its permit");
  callOff.abort();
  await assertRejects(() => limited);
  const last = mutex.acquire(z);
  await rejected;
  assertEquals([told, detector.found], [[false, true], 1]);
  held[0]?.release(); // as x does, being told
  (await waits).release();
  for (const guard of held) guard.release();
  (await last).release();
  assertEquals(detector.found, 1);
});

Deno.test("detectDeadlocks() hears no more after stop(), and there is one at a time", async () => {
  const detector = detectDeadlocks({ refuse: "youngest" });
  assertThrows(() => detectDeadlocks(), Error, "a detector is on already");
  detector.stop();
  detector.stop();
  const { end } = await embrace();
  await nextTurn();
  assertEquals(detector.found, 0);
  await end();
});

Deno.test("detectDeadlocks() reports what its listener's error did not keep it from seeing", async () => {
  const thrown: unknown[] = [];
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    thrown.push(event.error);
  };
  addEventListener("error", listener);
  using detector = detectDeadlocks({
    onDeadlock: () => {
      throw new Error("listener");
    },
  });
  const one = await embrace(), two = await embrace();
  await nextTurn();
  assertEquals(detector.found, 2);
  assertEquals(thrown.map(String), ["Error: listener", "Error: listener"]);
  await one.end();
  await two.end();
  removeEventListener("error", listener);
});
