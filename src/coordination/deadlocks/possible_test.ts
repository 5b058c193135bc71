import { assert, assertEquals, assertRejects } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Agent } from "../../agent/mod.ts";
import { ResourcePool } from "../../resources/mod.ts";
import { Latch } from "../latch.ts";
import { Mutex } from "../mutex.ts";
import { Quota } from "../quota.ts";
import { type DeadlockReport, detectDeadlocks, uniqueOwner } from "./mod.ts";

/** A detector that refuses whom it may, and what it told. */
function listen() {
  const reports: DeadlockReport[] = [];
  const detector = detectDeadlocks({
    assume: "nothing",
    refuse: "youngest",
    onDeadlock: (report) => reports.push(report),
  });
  return {
    /** The owners of each circle; none of them may be certain. */
    get suspected() {
      assertEquals(detector.found, 0);
      assert(reports.every(({ certain, refused }) => !certain && refused === undefined));
      assertEquals(detector.suspected, reports.length);
      return reports.map(({ circle }) => circle.map(({ owner }) => owner).toSorted());
    },
    get waiting() {
      return detector.waiting;
    },
    [Symbol.dispose]: () => detector.stop(),
  };
}

Deno.test("detectDeadlocks() refuses nobody for what another task of the same name may give back", async () => {
  using heard = listen();
  const one = new Mutex(), two = new Mutex(), other = { owner: uniqueOwner("other") };
  const held = await one.acquire({ owner: "team" }), blocked = await two.acquire(other);
  const waits = [two.acquire({ owner: "team" }), one.acquire(other)] as const; // the team's are two tasks
  await nextTurn();
  assertEquals(heard.suspected, [[other.owner, "team"].toSorted()]);
  held.release();
  (await waits[1]).release();
  blocked.release();
  (await waits[0]).release();
});

Deno.test("detectDeadlocks() refuses no run of an agent for what another of its runs has", async () => {
  using heard = listen();
  const pool = new ResourcePool({ capacity: { cpu: 1 } }), log = new Mutex();
  const agent = new Agent("report", { resources: pool }).state("load", { resources: { cpu: 1 } }, async () => {
    await log.withLock(() => nextTurn(), { owner: uniqueOwner("load") });
  });
  const results = await Promise.all([agent.run(), agent.run(), agent.run()]);
  assertEquals(results.map(({ status }) => status), ["completed", "completed", "completed"]);
  assertEquals([heard.suspected, heard.waiting], [[], 0]);
});

Deno.test("detectDeadlocks() refuses nobody in a circle that a time limit ends", async () => {
  using heard = listen();
  const one = new Mutex(), two = new Mutex(), a = { owner: uniqueOwner("a") }, b = { owner: uniqueOwner("b") };
  const first = await one.acquire(a), second = await two.acquire(b);
  const waits = [two.acquire({ ...a, timeoutMs: 60_000 }), one.acquire(b)] as const;
  await nextTurn();
  assertEquals(heard.suspected, [[a.owner, b.owner].toSorted()]);
  first.release(); // as it would once its time is up
  (await waits[1]).release();
  second.release();
  (await waits[0]).release();
});

Deno.test("detectDeadlocks() refuses nobody for an owner that does something while it waits", async () => {
  const a = { owner: uniqueOwner("a") }, b = { owner: uniqueOwner("b") };
  const one = new Mutex(), two = new Mutex(), three = new Mutex();
  for (const how of ["it took one more", "the first of two was granted", "the first of two was called off"]) {
    using heard = listen();
    const theirs = await one.acquire({ owner: "outsider" }),
      blocked = await two.acquire(b),
      own = await three.acquire(a);
    const callOff = new AbortController();
    const raced = how === "it took one more" ? undefined : one.acquire({ ...a, signal: callOff.signal });
    const wait = two.acquire(a);
    await nextTurn();
    if (how === "the first of two was called off") callOff.abort();
    else theirs.release();
    const got = raced === undefined ? one.tryAcquire(a) : await raced.catch(() => undefined);
    const blockedWait = three.acquire(b);
    await nextTurn();
    own.release(); // not held up by its wait
    (await blockedWait).release();
    blocked.release();
    (await wait).release();
    got?.release();
    theirs.release();
    assertEquals(heard.suspected.length, 1, how);
  }
});

Deno.test("detectDeadlocks() tells of two circles that close in one turn", async () => {
  using heard = listen();
  const locks = Array.from({ length: 4 }, () => new Mutex()), owners = ["a", "b", "c", "d"];
  const held = await Promise.all(locks.map((lock, at) => lock.acquire({ owner: owners[at]! })));
  const waits = locks.map((lock, at) => lock.acquire({ owner: owners[at ^ 1]! }));
  await nextTurn();
  assertEquals(heard.suspected, [["a", "b"], ["c", "d"]]);
  for (const guard of held) guard.release();
  for (const wait of waits) (await wait).release();
});

Deno.test("detectDeadlocks() takes a lease that the pool may take back to be given back", async () => {
  using heard = listen();
  const pool = new ResourcePool({ capacity: { cpu: 1 } }), mutex = new Mutex();
  const low = { owner: uniqueOwner("low") }, other = { owner: uniqueOwner("other") };
  const lease = pool.tryAcquire({ cpu: 1 }, { ...low, priority: "low", preemptible: true }),
    held = await mutex.acquire(other);
  const waits = [mutex.acquire(low), pool.acquire({ cpu: 1 }, { ...other, priority: "low" })] as const;
  await nextTurn();
  assertEquals([heard.suspected, heard.waiting], [[], 2]);
  lease?.release();
  (await waits[1]).release();
  held.release();
  (await waits[0]).release();
});

Deno.test("detectDeadlocks() suspects no tenants each of whom may give back what it waits for itself", async () => {
  using heard = listen();
  const pool = new ResourcePool({ capacity: { cpu: 2 } }), quota = new Quota(2);
  const held = ["a", "b"].flatMap((owner) => [pool.tryAcquire({ cpu: 1 }, { owner }), quota.tryAcquire(1, owner)]);
  const waits = ["a", "b"].flatMap((owner) => [pool.acquire({ cpu: 1 }, { owner }), quota.acquire(1, { owner })]);
  await nextTurn();
  assertEquals([heard.suspected, heard.waiting], [[], 2]);
  for (const lease of held) lease?.release();
  for (const wait of waits) (await wait).release();
});

Deno.test("detectDeadlocks() suspects no owner of waiting for what it holds of a quota itself", async () => {
  using heard = listen();
  for (const ownerLimit of [6, undefined]) {
    const calls = new Quota(6, ownerLimit === undefined ? {} : { ownerLimit });
    const share = calls.tryAcquire(4, "ann"), waits = calls.acquire(3, { owner: "ann" });
    await nextTurn();
    share?.release(); // by another of its tasks
    (await waits).release();
  }
  assertEquals([heard.suspected, heard.waiting], [[], 0]);
});

Deno.test("detectDeadlocks() suspects nobody who waits for a tenant that waits for what it holds itself", async () => {
  using heard = listen();
  const quota = new Quota(4), mutex = new Mutex();
  const share = quota.tryAcquire(2, "a"), held = await mutex.acquire({ owner: "a" });
  const waits = [quota.acquire(4, { owner: "a" }), mutex.acquire({ owner: "c" })] as const;
  await nextTurn();
  assertEquals([heard.suspected, heard.waiting], [[], 2]);
  share?.release();
  (await waits[0]).release();
  held.release();
  (await waits[1]).release();
});

Deno.test("detectDeadlocks() knows that whoever is at its own limit of a quota holds nobody else up", async () => {
  using heard = listen();
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
  assertEquals(heard.suspected, []);
});

Deno.test("detectDeadlocks() knows that an owner at its limit of a quota is served in order", async () => {
  using heard = listen();
  const quota = new Quota(5, { ownerLimit: 3 }), mutex = new Mutex();
  const held = await mutex.acquire({ owner: "a" }), shares = [quota.tryAcquire(1, "a"), quota.tryAcquire(3, "b")];
  const waits = [quota.acquire(3, { owner: "a" }), quota.acquire(1, { owner: "a" })],
    blocked = mutex.acquire({ owner: "b" });
  await nextTurn();
  assertEquals(heard.suspected, [["a", "b"]]);
  for (const share of shares) share?.release();
  for (const wait of waits) (await wait).release();
  held.release();
  (await blocked).release();
});

Deno.test("detectDeadlocks() suspects a circle that a grant has closed", async () => {
  using heard = listen();
  const one = new Mutex(), two = new Mutex(), a = { owner: uniqueOwner("a") }, b = { owner: uniqueOwner("b") };
  const first = await one.acquire({ owner: "outsider" }), second = await two.acquire(b);
  const waits = [one.acquire(a), two.acquire(a), one.acquire(b)] as const; // a may wait for both, or for either
  await nextTurn();
  assertEquals(heard.suspected, [], "the outsider may still release");
  first.release();
  const got = await waits[0];
  await nextTurn();
  assertEquals(heard.suspected, [[a.owner, b.owner].toSorted()]);
  got.release(); // it waits for either
  (await waits[2]).release();
  second.release();
  (await waits[1]).release();
});

Deno.test("detectDeadlocks() warns on the console of what is possible, and what would make it certain", async () => {
  const { warn } = console, warnings: unknown[] = [];
  console.warn = (...said: unknown[]) => warnings.push(...said);
  try {
    using detector = detectDeadlocks({ assume: "nothing" });
    for (const name of [String, uniqueOwner]) {
      const one = new Mutex({ name: "one" }), two = new Mutex({ name: "two" });
      const a = { owner: name("a") }, b = { owner: name("b") }, callOff = new AbortController(), { signal } = callOff;
      const held = [await one.acquire(a), await two.acquire(b)];
      const waits = [two.acquire({ ...a, signal }), one.acquire({ ...b, signal })];
      await nextTurn();
      callOff.abort();
      await Promise.allSettled(waits);
      for (const guard of held) guard.release();
      const circle = `"${a.owner}" waits for the mutex "two" and holds the mutex "one"; ` +
        `"${b.owner}" waits for the mutex "one" and holds the mutex "two"`;
      const doubt =
        "; nobody is refused, as not each owner is known to be one task that does nothing but wait for this";
      assertEquals(warnings.pop(), name === String ? `Possible deadlock: ${circle}${doubt}` : `Deadlock: ${circle}`);
    }
    assertEquals([detector.found, detector.suspected, warnings], [1, 1, []]);
  } finally {
    console.warn = warn;
  }
});

Deno.test("detectDeadlocks() refuses no state for what another state of its run still works with", async () => {
  const certain: boolean[] = [];
  using _detector = detectDeadlocks({ refuse: "youngest", onDeadlock: (report) => certain.push(report.certain) });
  const both = new Latch(2), pool = new ResourcePool({ capacity: { cpu: 2 } });
  const agent = new Agent("job", { resources: pool })
    .state("works", { resources: { cpu: 1 } }, async () => {
      both.countDown();
      await both.wait();
      await nextTurn();
      await nextTurn();
    })
    .state("prepares", {}, () => both.wait())
    .state("waits", { dependsOn: ["prepares"], resources: { cpu: 2 } }, () => {});
  const results = await Promise.all(["t1", "t2"].map((owner) => agent.run({ owner })));
  assertEquals(results.map(({ status }) => status), ["completed", "completed"]);
  assertEquals(certain, [false], "t1 and t2 each hold one cpu and wait for two");
});

Deno.test("detectDeadlocks() suspects an owner of whose two waits one has been called off", async () => {
  using heard = listen();
  const one = new Mutex(), two = new Mutex(), free = new Mutex(), a = { owner: "a" }, b = { owner: "b" };
  const held = [await one.acquire(a), await two.acquire(b), await free.acquire()], callOff = new AbortController();
  const waits = [two.acquire(a), free.acquire({ ...a, signal: callOff.signal }), one.acquire(b)] as const;
  await nextTurn();
  assertEquals(heard.suspected, []);
  callOff.abort();
  await assertRejects(() => waits[1]);
  await nextTurn();
  assertEquals(heard.suspected, [["a", "b"]]);
  for (const guard of held) guard.release();
  for (const wait of [waits[0], waits[2]]) (await wait).release();
});

Deno.test("detectDeadlocks() suspects a circle that somebody closes who barges in", async () => {
  using heard = listen();
  const open = new Mutex({ barging: true }), other = new Mutex();
  const held = await open.acquire(), blocked = await other.acquire({ owner: "b" });
  const waits = [open.acquire({ owner: "b" }), other.acquire({ owner: "a" })] as const;
  await nextTurn();
  assertEquals(heard.suspected, []);
  held.release();
  const barged = open.tryAcquire({ owner: "a" }); // past b, which has what a's other task waits for
  assert(barged !== undefined);
  await nextTurn();
  assertEquals(heard.suspected, [["a", "b"]]);
  barged.release();
  (await waits[0]).release();
  blocked.release();
  (await waits[1]).release();
});
