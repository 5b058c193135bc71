import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Agent } from "../../agent/mod.ts";
import { KeyedMutex } from "../keyed_mutex.ts";
import { LeaseLock } from "../lease_lock.ts";
import { Mutex } from "../mutex.ts";
import { Quota } from "../quota.ts";
import { ReadWriteLock } from "../read_write_lock.ts";
import { ResourcePool } from "../../resources/mod.ts";
import { Semaphore } from "../semaphore.ts";
import { DeadlockError, type DeadlockReport, detectDeadlocks } from "./mod.ts";
import { Permits } from "./testdata/permits.ts";
import { tellBegin } from "./watch.ts";

/** Two owners, each holding a mutex and asking for the other's. */
async function embrace(firstOwner = "first", secondOwner = "second") {
  const a = new Mutex({ name: "a" }), b = new Mutex({ name: "b" });
  const first = await a.acquire({ owner: firstOwner }), second = await b.acquire({ owner: secondOwner });
  const abandon = new AbortController();
  const options = { signal: abandon.signal };
  const waits = [b.acquire({ ...options, owner: firstOwner }), a.acquire({ ...options, owner: secondOwner })];
  return {
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
  const { end } = await embrace();
  await nextTurn();
  assertEquals(detector.found, 1);
  const [report] = reports;
  assert(report !== undefined);
  assertEquals(report.circle.map(({ at: _, ...rest }) => rest), [
    {
      owner: "first",
      waitsFor: { noun: "mutex", name: "b", share: 1 },
      holds: [{ noun: "mutex", name: "a", share: 1 }],
    },
    {
      owner: "second",
      waitsFor: { noun: "mutex", name: "a", share: 1 },
      holds: [{ noun: "mutex", name: "b", share: 1 }],
    },
  ]);
  assert(report.circle.every(({ at }) => at?.includes("embrace") === true));
  assertEquals([report.refused, detector.waiting], [undefined, 2]);
  await end();
  assertEquals(detector.waiting, 0);
});

Deno.test('detectDeadlocks({ refuse: "youngest" }) ends the wait that began last, and the other goes on', async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const { waits, end } = await embrace();
  const error = await waits[1]?.then(() => undefined, (error) => error);
  assertInstanceOf(error, DeadlockError);
  assertEquals(error.report.refused, "second");
  assertEquals(
    error.message,
    'Cannot wait any longer for owner "second": "second" waits for the mutex "a" and holds the mutex "b"; ' +
      '"first" waits for the mutex "b" and holds the mutex "a"; acquire them in the same order everywhere, or set a timeoutMs and try again',
  );
  assertEquals([detector.found, detector.waiting], [1, 1]);
  await end();
});

Deno.test("detectDeadlocks() finds a writer and a reader that hold each other up", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const lock = new ReadWriteLock({ name: "data" }), mutex = new Mutex({ name: "log" });
  const reading = await lock.read({ owner: "reader" }), logging = await mutex.acquire({ owner: "writer" });
  const writing = lock.write({ owner: "writer" });
  await assertRejects(
    () => mutex.acquire({ owner: "reader" }),
    DeadlockError,
    '"writer" waits for the read-write lock "data" to write',
  );
  reading.release();
  (await writing).release();
  logging.release();
  assertEquals(detector.found, 1);
});

Deno.test("detectDeadlocks() sees pools of resources: what their leases hold, whichever way it was granted", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const pool = new ResourcePool({ capacity: { cpu: 2, gpu: 1 } }), mutex = new Mutex({ name: "log" });
  pool.tryAcquire({ cpu: 1 })?.release(); // leaves something ready for the next of the same demand
  const first = pool.tryAcquire({ cpu: 1 }, { owner: "first" });
  const second = await pool.acquire({ cpu: 1 }, { owner: "second" }),
    logging = await mutex.acquire({ owner: "second" });
  const waits = pool.acquire({ cpu: 2, gpu: 1 }, { owner: "second" });
  await nextTurn();
  assertEquals(detector.found, 0, "the first may still give back what it has");
  await assertRejects(
    () => mutex.acquire({ owner: "first" }),
    DeadlockError,
    '"second" waits for 2 cpu and 1 gpu of the resource pool and holds the mutex "log", 1 cpu of the resource pool',
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
  const held = ["a", "b"].map((owner) => pool.tryAcquire({ cpu: 1 }, { owner }));
  const waits = ["a", "b"].map((owner) => pool.acquire({ cpu: 2 }, { owner }));
  await nextTurn();
  assertEquals([detector.found, detector.waiting], [0, 2]);
  unknown?.release();
  for (const lease of held) lease?.release();
  for (const wait of waits) (await wait).release();
});

Deno.test("detectDeadlocks() accuses no tenants each of whom may give back what it waits for itself", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const pool = new ResourcePool({ capacity: { cpu: 2 } }), quota = new Quota(2);
  const held = ["a", "b"].flatMap((owner) => [pool.tryAcquire({ cpu: 1 }, { owner }), quota.tryAcquire(1, owner)]);
  const waits = ["a", "b"].flatMap((owner) => [pool.acquire({ cpu: 1 }, { owner }), quota.acquire(1, { owner })]);
  await nextTurn();
  assertEquals([detector.found, detector.waiting], [0, 2]);
  for (const lease of held) lease?.release();
  for (const wait of waits) (await wait).release();
});

Deno.test("detectDeadlocks() knows that an owner at its limit of a quota is served in order", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const quota = new Quota(5, { ownerLimit: 3 }), mutex = new Mutex();
  const held = await mutex.acquire({ owner: "a" }), shares = [quota.tryAcquire(1, "a"), quota.tryAcquire(3, "b")];
  const waits = [quota.acquire(3, { owner: "a" }), quota.acquire(1, { owner: "a" })];
  await assertRejects(() => mutex.acquire({ owner: "b" }), DeadlockError);
  for (const share of shares) share?.release();
  for (const wait of waits) (await wait).release();
  held.release();
  assertEquals(detector.found, 1);
});

Deno.test("detectDeadlocks() finds a circle that a grant has closed", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const one = new Mutex({ name: "one" }), two = new Mutex({ name: "two" });
  const first = await one.acquire({ owner: "outsider" }), second = await two.acquire({ owner: "b" });
  const waits = [one.acquire({ owner: "a" }), two.acquire({ owner: "a" })] as const,
    refused = one.acquire({ owner: "b" });
  const rejected = assertRejects(
    () => refused,
    DeadlockError,
    '"b" waits for the mutex "one" and holds the mutex "two"',
  );
  await nextTurn();
  assertEquals(detector.found, 0, "the outsider may still release");
  first.release();
  await rejected;
  second.release();
  for (const wait of waits) (await wait).release();
});

Deno.test("detectDeadlocks() sees quotas: what other owners hold", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const quota = new Quota(4, { name: "calls" }), mutex = new Mutex({ name: "log" });
  const shares = ["a", "b"].map((owner) => quota.tryAcquire(2, owner)), logging = await mutex.acquire({ owner: "a" });
  const waits = quota.acquire(3, { owner: "a" });
  await assertRejects(
    () => mutex.acquire({ owner: "b" }),
    DeadlockError,
    '"a" waits for 3 of the quota "calls" and holds the mutex "log", 2 of the quota "calls"',
  );
  for (const share of shares) share?.release();
  (await waits).release();
  logging.release();
  assertEquals([detector.found, detector.waiting], [1, 0]);
});

Deno.test("detectDeadlocks() accuses no owner of waiting for what it holds of a quota itself", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  for (const ownerLimit of [6, undefined]) {
    const calls = new Quota(6, ownerLimit === undefined ? {} : { ownerLimit });
    const share = calls.tryAcquire(4, "ann"), waits = calls.acquire(3, { owner: "ann" });
    await nextTurn();
    share?.release(); // by another of its tasks
    (await waits).release();
  }
  assertEquals([detector.found, detector.waiting], [0, 0]);
});

Deno.test("detectDeadlocks() knows that whoever is at its own limit of a quota holds nobody else up", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const quota = new Quota(5, { ownerLimit: 3 }), mutex = new Mutex();
  const logging = await mutex.acquire({ owner: "b" });
  const shares = [quota.tryAcquire(1, "a"), quota.tryAcquire(3, "c"), quota.tryAcquire(1)];
  const waits = [
    quota.acquire(3, { owner: "a" }),
    mutex.acquire({ owner: "c" }),
    quota.acquire(1, { owner: "b" }),
  ] as const;
  await nextTurn();
  shares[2]?.release(); // serves b, past a
  (await waits[2]).release();
  logging.release();
  (await waits[1]).release();
  shares[1]?.release();
  shares[0]?.release();
  (await waits[0]).release();
  assertEquals(detector.found, 0);
});

Deno.test("detectDeadlocks() accuses no run of an agent of waiting for another of its runs", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const pool = new ResourcePool({ capacity: { cpu: 1 } });
  const agent = new Agent("report", { resources: pool }).state("load", { resources: { cpu: 1 } }, () => nextTurn());
  const results = await Promise.all([agent.run(), agent.run(), agent.run()]);
  assertEquals(results.map(({ status }) => status), ["completed", "completed", "completed"]);
  assertEquals([detector.found, detector.waiting], [0, 0]);
});

Deno.test("detectDeadlocks() accuses nobody who waits for a tenant that waits for what it holds itself", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const quota = new Quota(4), mutex = new Mutex();
  const share = quota.tryAcquire(2, "a"), held = await mutex.acquire({ owner: "a" });
  const waits = [quota.acquire(4, { owner: "a" }), mutex.acquire({ owner: "c" })] as const;
  await nextTurn();
  assertEquals([detector.found, detector.waiting], [0, 2]);
  share?.release();
  (await waits[0]).release();
  held.release();
  (await waits[1]).release();
});

Deno.test("detectDeadlocks() tells which key of a keyed mutex", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const accounts = new KeyedMutex({ name: "accounts" });
  const ada = await accounts.acquire("ada", { owner: "first" }),
    bob = await accounts.acquire("bob", { owner: "second" });
  const waits = accounts.acquire("bob", { owner: "first" });
  const error = await assertRejects(
    () => accounts.acquire("ada", { owner: "second" }),
    DeadlockError,
    '"second" waits for key "ada" of the keyed mutex "accounts" and holds key "bob" of the keyed mutex "accounts"; ',
  );
  assertEquals(error.report.circle[0]?.waitsFor, { noun: "keyed mutex", name: "accounts", key: '"ada"', share: 1 });
  bob.release();
  (await waits).release();
  ada.release();
  assertEquals(detector.found, 1);
});

Deno.test("detectDeadlocks() looks once at all waits that began in one turn", async () => {
  using detector = detectDeadlocks({ refuse: "none", onDeadlock() {} });
  const count = 500, one = new Permits("one", 1), other = new Permits("other", 1);
  one.ask("holder", 1);
  other.ask("outsider", 1);
  Permits.steps = 0;
  const wait = (target: Permits, owner: string) => {
    const waiting = target.ask(owner, 1);
    if (waiting !== undefined) tellBegin(waiting, target);
  };
  for (let at = 0; at < count; at++) wait(one, `${at}`);
  await nextTurn();
  assert(Permits.steps <= 5 * count, `${Permits.steps}`);
  Permits.steps = 0;
  wait(other, "holder");
  wait(one, "outsider");
  for (let at = 0; at < count; at++) wait(one, `late ${at}`);
  await nextTurn();
  assert(Permits.steps <= 30 * count, `${Permits.steps}`);
  assertEquals([detector.found, detector.waiting], [1, 2 * count + 2]);
});

Deno.test("detectDeadlocks() accuses nobody of waiting for a lease, which ends by itself", async () => {
  using detector = detectDeadlocks({ refuse: "youngest" });
  const lease = new LeaseLock({ ttlMs: 60_000 }), mutex = new Mutex();
  const leased = await lease.acquire({ owner: "a" }), held = await mutex.acquire({ owner: "b" });
  const waits = [mutex.acquire({ owner: "a" }), lease.acquire({ owner: "b" })] as const;
  await nextTurn();
  assertEquals([detector.found, detector.waiting], [0, 2]);
  held.release();
  (await waits[0]).release();
  leased.release();
  (await waits[1]).release();
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
  const one = await embrace(), two = await embrace("third", "fourth");
  await nextTurn();
  assertEquals(detector.found, 2);
  assertEquals(thrown.map(String), ["Error: listener", "Error: listener"]);
  await one.end();
  await two.end();
  removeEventListener("error", listener);
});

/** One line of work: what it asks for, in order. */
interface Script {
  readonly asks: readonly { readonly target: number; readonly share: number; readonly pause: boolean }[];
}

const scripts = fc.array(
  fc.record({
    asks: fc.array(
      fc.record({
        target: fc.integer({ min: 0, max: 5 }),
        share: fc.integer({ min: 1, max: 3 }),
        pause: fc.boolean(),
      }),
      { maxLength: 5 },
    ),
  }),
  { minLength: 2, maxLength: 6 },
);

/** Runs all scripts at once over five locks and a quota; each keeps what it got until it ends or is refused. */
async function play(all: readonly Script[]): Promise<{ readonly refused: number }> {
  const semaphore = new Semaphore(3), quota = new Quota(4), readWrite = new ReadWriteLock();
  const locks = [new Mutex(), new Mutex(), new Mutex()];
  let refused = 0;
  await Promise.all(all.map(async ({ asks }, index) => {
    const owner = `${index}`, held: Disposable[] = [], targets = new Set<number>();
    try {
      for (const { target, share, pause } of asks) {
        if (targets.has(target)) continue; // re-entry is refused anyway
        targets.add(target);
        if (pause) await nextTurn();
        const lock = locks[target];
        if (lock !== undefined) held.push(await lock.acquire({ owner }));
        else if (target === 3) held.push(await semaphore.acquire(share, { owner }));
        else if (target === 5) held.push(await quota.acquire(share, { owner }));
        else held.push(await (share === 1 ? readWrite.read({ owner }) : readWrite.write({ owner })));
      }
    } catch (error) {
      assertInstanceOf(error, DeadlockError);
      refused++;
    } finally {
      for (const guard of held.reverse()) guard[Symbol.dispose]();
    }
  }));
  assertEquals([semaphore.snapshot().holders, readWrite.snapshot().waiters, quota.used], [[], [], 0]);
  return { refused };
}

Deno.test("detectDeadlocks() lets every mixture of locks come to an end, and refuses nobody without need", async () => {
  let circles = 0;
  await fc.assert(
    fc.asyncProperty(scripts, async (all) => {
      using detector = detectDeadlocks({ refuse: "youngest" });
      const { refused } = await play(all); // would hang on any circle that was missed
      assertEquals(refused, detector.found);
      assertEquals(detector.waiting, 0);
      circles += refused;
      const inOrder = all.map(({ asks }) => ({ asks: [...asks].sort((a, b) => a.target - b.target) }));
      assertEquals((await play(inOrder)).refused, 0);
    }),
    { numRuns: 300 },
  );
  assert(circles > 20, `only ${circles}`);
});
