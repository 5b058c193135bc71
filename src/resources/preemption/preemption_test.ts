import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import type { Lease } from "../lease.ts";
import { fifo, priority } from "../ordering/mod.ts";
import { ResourcePool } from "../pool.ts";
import type { PoolEvent } from "../pool_event.ts";
import { QuotaError, Quotas } from "../quotas/mod.ts";
import { PreemptedError } from "./preempted_error.ts";

/** Runs a test in which time passes only when it says so. */
async function withFakeTime(test: (tick: (ms: number) => Promise<void>) => Promise<void>): Promise<void> {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    await test(async (ms) => {
      clock.tick(ms);
      await nextTurn();
    });
    assertEquals(timers.size, 0, "no timer is left");
  } finally {
    clock.uninstall();
  }
}

function take<Kinds extends string>(lease: Lease<Kinds> | undefined): Lease<Kinds> {
  assert(lease !== undefined);
  return lease;
}

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => void (settled = true);
  promise.then(settle, settle);
  await nextTurn();
  return settled;
}

const low = { priority: "low", preemptible: true, owner: "low" } as const;

Deno.test("ResourcePool.acquire() preempts a lower priority: its signal says who needs it, and it is taken back after the grace", () =>
  withFakeTime(async (tick) => {
    const pool = new ResourcePool({ capacity: { cpu: 4 }, preemption: { graceMs: 500 } });
    const victim = take(pool.tryAcquire({ cpu: 3 }, { ...low, owner: "batch" }));
    assertEquals(victim.signal.aborted, false);
    const urgent = pool.acquire({ cpu: 2 }, { priority: "critical", owner: "alert" });
    assert(victim.signal.aborted);
    const error = victim.signal.reason;
    assertInstanceOf(error, PreemptedError);
    assertEquals([error.code, error.name], ["lease_preempted", "PreemptedError"]);
    assertEquals(
      error.message,
      'Cannot keep the lease of "batch": "alert" of priority critical needs what it holds at priority low; stop what needs it and ' +
        "release it within 500 ms, or it is taken back, and acquire again",
    );
    const { owner, priority, neededBy, graceMs, preemptions } = error;
    assertEquals(
      { owner, priority, neededBy, graceMs, preemptions },
      { owner: "batch", priority: 0, neededBy: { owner: "alert", priority: 3 }, graceMs: 500, preemptions: 1 },
    );
    await tick(499);
    assertEquals([victim.released, pool.available("cpu"), await isSettled(urgent)], [false, 1, false]);
    await tick(1);
    assertEquals([victim.released, pool.available("cpu")], [true, 2]);
    const lease = await urgent;
    victim.release();
    assertThrows(() => victim.shrink({ cpu: 1 }), RangeError, "has been released");
    assertEquals(pool.available("cpu"), 2, "what is given back late changes nothing");
    lease.release();
    assertEquals([pool.available("cpu"), pool.snapshot().preemptions], [4, 1]);
  }));

Deno.test("Lease.release() within the grace serves at once, and leaves no timer", () =>
  withFakeTime(async (tick) => {
    const pool = new ResourcePool({ capacity: { cpu: 1 } });
    const victim = take(pool.tryAcquire({ cpu: 1 }, low));
    const urgent = pool.acquire({ cpu: 1 }, { priority: "high" });
    assertEquals(timers.size, 1);
    await tick(999);
    victim.release();
    assertEquals(timers.size, 0);
    (await urgent).release();
    assertEquals(pool.available("cpu"), 1);
  }));

Deno.test("Lease.signal that is asked for after the preemption is aborted with its reason", () =>
  withFakeTime(async () => {
    const pool = new ResourcePool({ capacity: { cpu: 1 } });
    const victim = take(pool.tryAcquire({ cpu: 1 }, low));
    const urgent = pool.acquire({ cpu: 1 }, { priority: "high" });
    assertInstanceOf(victim.signal.reason, PreemptedError);
    assertStrictEquals(victim.signal, victim.signal);
    victim.release();
    (await urgent).release();
  }));

Deno.test("ResourcePool with graceMs 0 takes back at once", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 1 }, preemption: { graceMs: 0 } });
  const victim = take(pool.tryAcquire({ cpu: 1 }, low));
  const urgent = await pool.acquire({ cpu: 1 }, { priority: "high" });
  assertEquals([victim.released, pool.available("cpu"), timers.size], [true, 0, 0]);
  assert(victim.signal.reason.message.includes("it has been taken back, so stop what needs it and acquire again"));
  urgent.release();
  assertEquals(pool.available("cpu"), 1);
});

Deno.test("ResourcePool lets a holder do what it likes when it is told, and tells nobody who has given back before", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 2 }, preemption: { graceMs: 0 } });
  const victims = [0, 1].map(() => take(pool.tryAcquire({ cpu: 1 }, low)));
  const asked: Promise<Lease<"cpu">>[] = [];
  victims[0]?.signal.addEventListener("abort", () => {
    assertStrictEquals(pool.tryAcquire({ cpu: 1 }), undefined);
    asked.push(pool.acquire({ cpu: 1 }, { priority: "critical" }));
    victims[0]?.release();
    victims[1]?.release();
  });
  const urgent = await pool.acquire({ cpu: 2 }, { priority: "high" });
  assertEquals([pool.available("cpu"), victims.map(({ released }) => released)], [0, [true, true]]);
  assertEquals([victims[1]?.signal.aborted, pool.snapshot().preemptions], [false, 1]);
  urgent.release();
  for (const lease of asked) (await lease).release();
  assertEquals([asked.length, pool.available("cpu"), timers.size], [1, 2, 0]);
});

Deno.test("ResourcePool.acquire() preempts no lease of the same or a higher priority, nor one that is not preemptible", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 3 } });
  const holders = [
    take(pool.tryAcquire({ cpu: 1 }, { priority: "high", preemptible: true, owner: "a" })),
    take(pool.tryAcquire({ cpu: 1 }, { priority: "critical", preemptible: true, owner: "b" })),
    take(pool.tryAcquire({ cpu: 1 }, { priority: "low" })),
  ];
  const abort = new AbortController();
  const waiting = pool.acquire({ cpu: 1 }, { priority: "high", signal: abort.signal });
  assertEquals(holders.map(({ signal }) => signal.aborted), [false, false, false]);
  assertEquals(pool.planPreemption({ cpu: 1 }, { priority: "high" }), undefined);
  abort.abort();
  await assertRejects(() => waiting);
  for (const holder of holders) holder.release();
});

Deno.test("ResourcePool.acquire() goes by the priority as given, not by what waiting has made of it", () =>
  withFakeTime(async (tick) => {
    const pool = new ResourcePool({ capacity: { cpu: 1 }, ordering: priority({ agingMs: 10 }) });
    const normal = take(pool.tryAcquire({ cpu: 1 }, { priority: "normal", preemptible: true, owner: "a" }));
    const aged = pool.acquire({ cpu: 1 }, { priority: "low", preemptible: true, owner: "b" });
    await tick(10_000);
    const again = pool.acquire({ cpu: 1 }, { priority: "normal" });
    assertEquals(normal.signal.aborted, false, "neither the aged one nor an equal preempts it");
    normal.release();
    const holder = await aged;
    assert(holder.signal.aborted, "the aged one was next, and is of a lower priority");
    holder.release();
    (await again).release();
  }));

Deno.test("ResourcePool.acquire() preempts on behalf of everybody who waits, each once", () =>
  withFakeTime(async (tick) => {
    const pool = new ResourcePool({ capacity: { cpu: 8 }, ordering: fifo(), preemption: { graceMs: 100 } });
    const victims = Array.from({ length: 8 }, () => take(pool.tryAcquire({ cpu: 1 }, low)));
    const going = () => victims.filter(({ signal }) => signal.aborted).length;
    const firsts = Array.from({ length: 100 }, () => pool.acquire({ cpu: 1 }, { priority: "low" }));
    const urgent = [1, 2, 2].map((cpu) => pool.acquire({ cpu }, { priority: "high" }));
    assertEquals(going(), 5, "though a hundred are ahead");
    await tick(50);
    pool.tryAcquire({ cpu: 1 });
    assertEquals(going(), 5, "what is on its way is not asked for twice");
    await tick(50);
    for (const lease of await Promise.all(urgent)) lease.release();
    for (const victim of victims) victim.release();
    for (const lease of firsts) (await lease).release();
    assertEquals([pool.available("cpu"), pool.snapshot().preemptions], [8, 5]);
  }));

Deno.test("ResourcePool.acquire() preempts what was granted while it waited, though others of its kinds are ahead", () =>
  withFakeTime(async () => {
    const pool = new ResourcePool({ capacity: { cpu: 4 }, ordering: fifo() });
    const holder = take(pool.tryAcquire({ cpu: 4 }));
    const first = pool.acquire({ cpu: 2 }, low), second = pool.acquire({ cpu: 4 }, { priority: "low" });
    const urgent = pool.acquire({ cpu: 2 }, { priority: "high" });
    holder.release();
    const victim = await first;
    assert(victim.signal.aborted);
    victim.release();
    (await urgent).release();
    (await second).release();
    assertEquals(pool.available("cpu"), 4);
  }));

Deno.test("ResourcePool.planPreemption() of several nodes takes none if enough is on its way anywhere", () =>
  withFakeTime(async () => {
    const pool = new ResourcePool({ nodes: 2, capacity: { cpu: 2 } });
    const holders = [1, 1, 2].map((cpu) => take(pool.tryAcquire({ cpu }, low)));
    const urgent = pool.acquire({ cpu: 1 }, { priority: "high" });
    assertEquals(holders.map(({ signal }) => signal.aborted), [false, false, true]);
    assertEquals(pool.planPreemption({ cpu: 1 }, { priority: "high" }), { node: 1, victims: [] });
    for (const holder of holders) holder.release();
    (await urgent).release();
  }));

Deno.test("ResourcePool keeps what comes back for whoever it was taken for, whoever else is waiting or trying", () =>
  withFakeTime(async () => {
    const pool = new ResourcePool({ capacity: { cpu: 4 }, ordering: fifo() });
    const victims = [0, 1].map(() => take(pool.tryAcquire({ cpu: 2 }, low)));
    const first = pool.acquire({ cpu: 3 }, { priority: "low" });
    const urgent = pool.acquire({ cpu: 4 }, { priority: "critical" });
    victims[0]?.release();
    assertStrictEquals(pool.tryAcquire({ cpu: 1 }), undefined);
    assertEquals([pool.available("cpu"), await isSettled(first)], [2, false]);
    victims[1]?.release();
    const lease = await urgent;
    assertEquals(await isSettled(first), false);
    lease.release();
    (await first).release();
    assertEquals(pool.available("cpu"), 4);
  }));

Deno.test("ResourcePool does not take for a preemptor what is set aside for those ahead of it", () =>
  withFakeTime(async () => {
    const pool = new ResourcePool({ capacity: { cpu: 4 }, ordering: fifo() });
    const holder = take(pool.tryAcquire({ cpu: 1 }));
    const victim = take(pool.tryAcquire({ cpu: 2 }, low));
    const first = pool.acquire({ cpu: 2 }, { priority: "low" });
    assertEquals(pool.planPreemption({ cpu: 1 }, { priority: "high" })?.victims.length, 1);
    const urgent = pool.acquire({ cpu: 1 }, { priority: "high" });
    assert(victim.signal.aborted);
    holder.release();
    (await first).release();
    victim.release();
    (await urgent).release();
    assertEquals(pool.available("cpu"), 4);
  }));

Deno.test("ResourcePool leaves what comes back beyond a need to whoever is next, and a preemptor behind that one takes another", () =>
  withFakeTime(async () => {
    const pool = new ResourcePool({ capacity: { cpu: 4 }, ordering: fifo() });
    const victims = [0, 1].map(() => take(pool.tryAcquire({ cpu: 2 }, low)));
    const going = () => victims.filter(({ signal }) => signal.aborted).length;
    const urgent = [pool.acquire({ cpu: 1 }, { priority: "high" })];
    assertEquals(
      pool.planPreemption({ cpu: 1 }, { priority: "high" })?.victims,
      [],
      "nobody waits for what is left over",
    );
    const first = pool.acquire({ cpu: 1 }, { priority: "low" });
    urgent.push(pool.acquire({ cpu: 1 }, { priority: "high" }));
    assertEquals(going(), 2);
    victims[1]?.release();
    const leases = [await first, await urgent[0]];
    victims[0]?.release();
    for (const lease of [...leases, await urgent[1]]) lease?.release();
    assertEquals(pool.available("cpu"), 4);
  }));

Deno.test("ResourcePool serves a preemptor before its victims are gone if there is room before", () =>
  withFakeTime(async (tick) => {
    const pool = new ResourcePool({ nodes: 2, capacity: { cpu: 2 }, preemption: { graceMs: 100 } });
    const [holder, victim, other] = [
      take(pool.tryAcquire({ cpu: 2 })),
      take(pool.tryAcquire({ cpu: 1 }, low)),
      take(pool.tryAcquire({ cpu: 1 })),
    ];
    const urgent = pool.acquire({ cpu: 1 }, { priority: "normal" });
    assert(victim.signal.aborted);
    holder.release();
    const lease = await urgent;
    assertEquals([lease.node, victim.released], [0, false]);
    await tick(100);
    assertEquals([victim.released, pool.available("cpu")], [true, 2], "what was announced happens");
    lease.release();
    other.release();
  }));

Deno.test("ResourcePool forgets what it kept for a preemptor that gives up, and the next one counts on what comes back", () =>
  withFakeTime(async (tick) => {
    const pool = new ResourcePool({ capacity: { cpu: 3 }, preemption: { graceMs: 100 } });
    const victims = [0, 1].map(() => take(pool.tryAcquire({ cpu: 1 }, low)));
    const gaveUp = pool.acquire({ cpu: 2 }, { priority: "high", timeoutMs: 50 }).catch((error) => error.code);
    assertEquals(victims.map(({ signal }) => signal.aborted), [false, true]);
    assertStrictEquals(pool.tryAcquire({ cpu: 1 }), undefined, "it is kept");
    await tick(50);
    assertEquals(await gaveUp, "wait_timeout");
    const urgent = pool.acquire({ cpu: 2 }, { priority: "high" });
    assertEquals(victims.map(({ signal }) => signal.aborted), [false, true], "the one that is going is enough");
    await tick(50);
    (await urgent).release();
    victims[0]?.release();
    assertEquals(pool.available("cpu"), 3);
  }));

Deno.test("Lease.shrink() of a lease that has to go gives to whoever it has to go for", () =>
  withFakeTime(async () => {
    const pool = new ResourcePool({ capacity: { cpu: 4, gpu: 1 } });
    const victim = take(pool.tryAcquire({ cpu: 4, gpu: 1 }, low));
    const urgent = pool.acquire({ cpu: 2 }, { priority: "high" });
    victim.shrink({ cpu: 1, gpu: 1 });
    assertEquals([await isSettled(urgent), pool.available("cpu")], [false, 1]);
    assertStrictEquals(pool.tryAcquire({ cpu: 1 }), undefined);
    victim.shrink({ cpu: 1 });
    const lease = await urgent;
    assertEquals([victim.amounts, pool.available("cpu")], [{ cpu: 2 }, 0]);
    victim.release();
    lease.release();
    assertEquals(pool.snapshot().available, { cpu: 4, gpu: 1 });
  }));

Deno.test("ResourcePool.resize() of a node on which somebody is about to be served starts anew, and the books stay exact", () =>
  withFakeTime(async (tick) => {
    const pool = new ResourcePool({ capacity: { cpu: 4 }, preemption: { graceMs: 100 } });
    const victims = [0, 1].map(() => take(pool.tryAcquire({ cpu: 2 }, low)));
    const urgent = pool.acquire({ cpu: 2 }, { priority: "high" });
    assertEquals(victims.map(({ signal }) => signal.aborted), [false, true]);
    pool.resize({ cpu: 3 });
    assertEquals(victims.map(({ signal }) => signal.aborted), [true, true], "one is no longer enough");
    await tick(100);
    const lease = await urgent;
    assertEquals(pool.snapshot().inUse.cpu, 2);
    lease.release();
    assertEquals(pool.available("cpu"), 3);
  }));

Deno.test("ResourcePool counts a preemption as overtaking those who wait ahead, who bear only so many", () =>
  withFakeTime(async () => {
    const pool = new ResourcePool({ capacity: { cpu: 3 }, ordering: fifo(), maxOvertakes: 1 });
    const victims = [0, 1, 2].map(() => take(pool.tryAcquire({ cpu: 1 }, low)));
    const going = () => victims.filter(({ signal }) => signal.aborted).length;
    const first = pool.acquire({ cpu: 3 }, { priority: "low" });
    const urgent = [0, 1].map(() => pool.acquire({ cpu: 1 }, { priority: "high" }));
    assertEquals(going(), 1, "the second would be the second to pass");
    victims[2]?.release();
    (await urgent[0])?.release();
    victims[0]?.release();
    victims[1]?.release();
    (await first).release();
    (await urgent[1])?.release();
    assertEquals([going(), pool.available("cpu")], [1, 3]);
  }));

Deno.test("ResourcePool asks quotas before it preempts", () =>
  withFakeTime(async () => {
    const quotas = new Quotas<"cpu">([{ scope: "user", kind: "cpu", policy: { type: "hard", limit: 1 } }]);
    const pool = new ResourcePool({ capacity: { cpu: 2 }, quotas });
    const holders = ["ann", "bob"].map((user) => take(pool.tryAcquire({ cpu: 1 }, { ...low, scope: { user } })));
    const stopped = pool.acquire({ cpu: 1 }, { priority: "high", scope: { user: "ann" } });
    assertEquals(holders.map(({ signal }) => signal.aborted), [false, false], "the quota stops it, not the room");
    const urgent = pool.acquire({ cpu: 1 }, { priority: "high", scope: { user: "eve" } });
    assertEquals(holders.map(({ signal }) => signal.aborted), [false, true]);
    holders[1]?.release();
    const lease = await urgent;
    holders[0]?.release();
    (await stopped).release();
    lease.release();
    assertEquals(pool.available("cpu"), 2);
  }));

Deno.test("ResourcePool spares whoever it had chosen for somebody who can be served elsewhere before anybody is told", () =>
  withFakeTime(async () => {
    const quotas = new Quotas<"gpu">([{ scope: "user", kind: "gpu", policy: { type: "hard", limit: 1 } }]);
    const pool = new ResourcePool({ capacity: { cpu: 4, gpu: 3, disk: 1 }, ordering: fifo(), quotas });
    const blocker = take(pool.tryAcquire({ gpu: 3 }));
    const first = pool.acquire({ cpu: 2, gpu: 1 }, { ...low, owner: "first" });
    const large = pool.acquire({ cpu: 4, gpu: 1, disk: 1 }, { priority: "low", scope: { user: "ann" } });
    const urgent = pool.acquire({ cpu: 2 }, { priority: "high" });
    const small = pool.acquire({ gpu: 1 }, { priority: "low", scope: { user: "ann" } });
    // Of the rest, "large" has two processors set aside, so "first" is to go for "urgent"; then the quota that "small" fills stops "large".
    blocker.release();
    const [spared, ...others] = await Promise.all([first, urgent, small]);
    assertEquals([spared.signal.aborted, pool.snapshot().preemptions], [false, 0]);

    const next = pool.acquire({ cpu: 2 }, { priority: "high" });
    assert(spared.signal.aborted, "it can still be preempted");
    spared.release();
    others.push(await next);
    for (const lease of others) lease.release();
    (await large).release();
    assertEquals([pool.available("cpu"), pool.available("gpu")], [4, 3]);
  }));

Deno.test("ResourcePool preempts the same work a bounded number of times, counted by its owner or by who asks", () =>
  withFakeTime(async () => {
    for (const isTold of [false, true]) {
      const pool = new ResourcePool({ capacity: { cpu: 1 }, preemption: { maxPreemptions: 2 } });
      let preemptions = 0;
      const ask = () => pool.acquire({ cpu: 1 }, { ...low, ...(isTold ? { preemptions } : { owner: "batch" }) });
      for (const expected of [1, 2]) {
        const lease = await ask(), urgent = pool.acquire({ cpu: 1 }, { priority: "high" });
        assertInstanceOf(lease.signal.reason, PreemptedError);
        assertEquals(lease.signal.reason.preemptions, expected);
        preemptions = lease.signal.reason.preemptions;
        lease.release();
        (await urgent).release();
      }
      const lease = await ask(), urgent = pool.acquire({ cpu: 1 }, { priority: "critical" });
      assertEquals(lease.signal.aborted, false);
      lease.release();
      (await urgent).release();
      preemptions = 0;
      const next = await ask(), last = pool.acquire({ cpu: 1 }, { priority: "high" });
      assert(next.signal.aborted, "that work has come to its end, this is another");
      next.release();
      (await last).release();
    }
  }));

Deno.test("ResourcePool preempts an owner's work a bounded number of times, though it releases other leases in between", () =>
  withFakeTime(async () => {
    const pool = new ResourcePool({ capacity: { cpu: 2 }, preemption: { maxPreemptions: 2 } }), told: boolean[] = [];
    for (let round = 0; round < 4; round++) {
      const long = take(pool.tryAcquire({ cpu: 1 }, { ...low, owner: "team" }));
      take(pool.tryAcquire({ cpu: 1 }, { ...low, owner: "team" })).release();
      const urgent = pool.acquire({ cpu: 2 }, { priority: "high" });
      told.push(long.signal.aborted);
      long.release();
      (await urgent).release();
    }
    assertEquals(told, [true, true, false, true], "the third time its work was done");
  }));

Deno.test("ResourcePool preempts an owner's large lease a bounded number of times, though small ones come to their end in between", () =>
  withFakeTime(async () => {
    const pool = new ResourcePool({ capacity: { cpu: 4 }, preemption: { maxPreemptions: 2 } }), told: boolean[] = [];
    for (let round = 0; round < 4; round++) {
      const large = take(pool.tryAcquire({ cpu: 4 }, { ...low, owner: "team" }));
      const urgent = pool.acquire({ cpu: 1 }, { priority: "high" });
      told.push(large.signal.aborted);
      large.release();
      (await urgent).release();
      take(pool.tryAcquire({ cpu: 3 }, { ...low, owner: "team" })).release();
    }
    assertEquals(told, [true, true, false, true], "the third time its work was done");
  }));

Deno.test("ResourcePool spares the victims that nobody needs any more when the first of them is told", () =>
  withFakeTime(async (tick) => {
    const pool = new ResourcePool({ capacity: { cpu: 2, gpu: 1 }, preemption: { graceMs: 30 } });
    const controller = new AbortController(), gpu = take(pool.tryAcquire({ gpu: 1 }));
    const victims = ["a", "b"].map((owner) => take(pool.tryAcquire({ cpu: 1 }, { ...low, owner })));
    for (const { signal } of victims) signal.addEventListener("abort", () => controller.abort("not needed"));
    const urgent = pool.acquire({ cpu: 2, gpu: 1 }, { priority: "high", signal: controller.signal });
    gpu.release();
    assertEquals(await urgent.catch((reason) => reason), "not needed");
    await tick(100);
    const told = victims.map(({ signal, released }) => [signal.aborted, released]);
    assertEquals(told.sort(), [[false, false], [true, true]]);
    assertEquals([pool.snapshot().preemptions, pool.snapshot().waiters], [1, 0]);
    for (const victim of victims) victim.release();
    assertEquals(pool.snapshot().available, { cpu: 2, gpu: 1 });
  }));

Deno.test("ResourcePool chooses anew for whoever counted on a victim that is spared", () =>
  withFakeTime(async (tick) => {
    const pool = new ResourcePool({ capacity: { cpu: 4, disk: 1, gpu: 2, net: 1 }, preemption: { graceMs: 30 } });
    const controller = new AbortController(), gpus = take(pool.tryAcquire({ gpu: 2 }));
    const disk = take(pool.tryAcquire({ disk: 1 }, { ...low, owner: "disk" }));
    const cpus = take(pool.tryAcquire({ cpu: 4 }, { ...low, owner: "cpus" }));
    const bystander = take(pool.tryAcquire({ net: 1 }, low));
    disk.signal.addEventListener("abort", () => controller.abort("not needed"));
    const first = pool.acquire({ cpu: 1, disk: 1, gpu: 1 }, { priority: "high", signal: controller.signal });
    const second = pool.acquire({ cpu: 3, gpu: 1 }, { priority: "high" });
    gpus.release();
    assertEquals(await first.catch((reason) => reason), "not needed");
    assert(cpus.signal.aborted, "of what it gives back, the second one was to have three");
    await tick(30);
    const lease = await second;
    assertEquals([pool.available("cpu"), pool.snapshot().preemptions, bystander.signal.aborted], [1, 2, false]);
    lease.release();
  }));

Deno.test("ResourcePool gives back once what it kept for somebody who has left, whoever else's victims are spared", () =>
  withFakeTime(async (tick) => {
    const capacity = { cpu: 4, disk: 1, gpu: 3, net: 1 };
    const pool = new ResourcePool({ capacity, preemption: { graceMs: 30 } });
    const controller = new AbortController(), { signal } = controller, gpus = take(pool.tryAcquire({ gpu: 3 }));
    const disk = take(pool.tryAcquire({ disk: 1 }, { ...low, owner: "disk" }));
    const cpus = take(pool.tryAcquire({ cpu: 4 }, { ...low, owner: "cpus" }));
    const net = take(pool.tryAcquire({ net: 1 }, { ...low, owner: "net" }));
    disk.signal.addEventListener("abort", () => controller.abort("not needed"));
    const first = pool.acquire({ cpu: 1, disk: 1, gpu: 1 }, { priority: "high", signal });
    const second = pool.acquire({ cpu: 3, gpu: 1 }, { priority: "high" });
    const third = pool.acquire({ net: 1, gpu: 1 }, { priority: "high", signal });
    gpus.release();
    for (const left of [first, third]) assertEquals(await left.catch((reason) => reason), "not needed");
    assertEquals([cpus.signal.aborted, net.signal.aborted], [true, false]);
    const others = take(pool.tryAcquire({ gpu: 2 }));
    assertStrictEquals(pool.tryAcquire({ gpu: 1 }), undefined, "it is kept for the second one");
    await tick(30);
    for (const lease of [await second, others, net]) lease.release();
    assertEquals(pool.snapshot().available, capacity);
    take(pool.tryAcquire(capacity)).release();
  }));

Deno.test("ResourcePool.planPreemption() counts on what comes back unless somebody waits for the same without a claim", () =>
  withFakeTime(async () => {
    const pool = new ResourcePool({ capacity: { cpu: 4, gpu: 1, disk: 1 }, ordering: fifo() });
    const plan = () => pool.planPreemption({ cpu: 1 }, { priority: "high" })?.victims.length;
    const gpu = take(pool.tryAcquire({ gpu: 1 })), disk = take(pool.tryAcquire({ disk: 1 }));
    const victims = [0, 1].map(() => take(pool.tryAcquire({ cpu: 2 }, low)));
    const waits = [pool.acquire({ gpu: 1 })];
    const urgent = pool.acquire({ cpu: 1 }, { priority: "high" });
    assertEquals(victims.map(({ signal }) => signal.aborted), [false, true]);
    assertEquals(plan(), 0, "who waits for something else does not count, nor who has a claim");
    waits.push(pool.acquire({ cpu: 1 }, { priority: "low" }), pool.acquire({ disk: 1 }));
    assertEquals(plan(), 1, "it would be for the one who waits");
    for (const lease of [...victims, gpu, disk]) lease.release();
    for (const lease of await Promise.all([urgent, ...waits])) lease.release();
    assertEquals(pool.snapshot().available, { cpu: 4, gpu: 1, disk: 1 });
  }));

Deno.test("ResourcePool.planPreemption() of several nodes counts on what comes back also when priorities were too many for a while", () =>
  withFakeTime(async () => {
    const pool = new ResourcePool({ nodes: 2, capacity: { cpu: 4 } });
    const large = take(pool.tryAcquire({ cpu: 4 }, low));
    const levels = Array.from({ length: 16 }, (_, i) => -1 - i);
    const small = levels.map((level) => take(pool.tryAcquire({ cpu: 0.2 }, { ...low, priority: level })));
    for (const lease of small) lease.release();
    const other = take(pool.tryAcquire({ cpu: 4 }));
    const urgent = pool.acquire({ cpu: 2 }, { priority: "high" });
    assert(large.signal.aborted);
    other.shrink({ cpu: 1 });
    const last = take(pool.tryAcquire({ cpu: 1 }, low));
    assertEquals(pool.planPreemption({ cpu: 2 }, { priority: "high" }), { node: 0, victims: [] });
    for (const lease of [large, other, last]) lease.release();
    (await urgent).release();
    assertEquals(pool.available("cpu"), 8);
  }));

Deno.test("ResourcePool lets a preemptor wait for its quota if that is used up when its room has come, and keeps nothing for it", () =>
  withFakeTime(async () => {
    for (const onQuota of ["wait", "refuse"] as const) {
      const quotas = new Quotas<"cpu">([{ scope: "user", kind: "cpu", policy: { type: "hard", limit: 1 } }]);
      const pool = new ResourcePool({ capacity: { cpu: 1 }, quotas });
      const victim = take(pool.tryAcquire({ cpu: 1 }, { ...low, scope: { user: "ann" } }));
      const urgent = pool.acquire({ cpu: 1 }, { priority: "high", scope: { user: "eve" }, onQuota });
      assert(victim.signal.aborted);
      const elsewhere = quotas.commit({ user: "eve" }, { cpu: 1 });
      assert(elsewhere.status === "granted");
      const refused = onQuota === "refuse" ? assertRejects(() => urgent, QuotaError) : undefined;
      victim.release();
      assertEquals(await isSettled(urgent), onQuota === "refuse");
      await refused;
      take(pool.tryAcquire({ cpu: 1 }, { scope: { user: "bob" } })).release();
      elsewhere.release();
      if (onQuota === "wait") (await urgent).release();
      assertEquals([pool.available("cpu"), pool.snapshot().waiters], [1, 0]);
    }
  }));

Deno.test("ResourcePool.events() and snapshot() tell of preemptions", () =>
  withFakeTime(async (tick) => {
    const pool = new ResourcePool({ capacity: { cpu: 2 }, preemption: { graceMs: 100 } });
    const stream = pool.events(), told: PoolEvent<"cpu">[] = [];
    const reading = (async () => {
      for await (const event of stream) told.push(event);
    })();
    take(pool.tryAcquire({ cpu: 2 }, { ...low, owner: "batch" }));
    await tick(50);
    const urgent = pool.acquire({ cpu: 1 }, { priority: "high", owner: "alert" });
    await tick(100);
    (await urgent).release();
    await nextTurn();
    await stream.return();
    await reading;
    const about = { owner: "batch", amounts: { cpu: 2 }, node: 0 };
    assertEquals(told.filter(({ type }) => type === "preempted" || type === "reclaimed"), [
      { type: "preempted", atMs: 50, ...about, priority: 0, neededBy: { owner: "alert", priority: 2 }, graceMs: 100 },
      { type: "reclaimed", atMs: 150, ...about, reason: "preempted", heldMs: 150 },
    ]);
    assertEquals(told.map(({ type }) => type), ["granted", "queued", "preempted", "reclaimed", "granted", "released"]);
    assertEquals(pool.snapshot().preemptions, 1);
  }));

Deno.test("ResourcePool refuses preemption options that make no sense", async () => {
  for (const graceMs of [-1, NaN, Infinity]) {
    const message = `with preemption.graceMs ${graceMs}: expected a finite number, at least 0`;
    assertThrows(() => new ResourcePool({ capacity: { cpu: 1 }, preemption: { graceMs } }), RangeError, message);
  }
  for (const maxPreemptions of [0, -1, 1.5, NaN]) {
    const message = `with preemption.maxPreemptions ${maxPreemptions}: expected an integer, at least 1, or Infinity`;
    assertThrows(() => new ResourcePool({ capacity: { cpu: 1 }, preemption: { maxPreemptions } }), RangeError, message);
  }
  const pool = new ResourcePool({ capacity: { cpu: 1 } });
  for (const preemptions of [-1, 0.5, NaN, Infinity]) {
    const message = `Cannot acquire with preemptions ${preemptions}`;
    assertThrows(() => pool.tryAcquire({ cpu: 1 }, { ...low, preemptions }), RangeError, message);
    await assertRejects(() => pool.acquire({ cpu: 1 }, { ...low, preemptions }), RangeError, message);
  }
  const nobody = { preemptible: true }, message = "Cannot acquire a preemptible lease for nobody";
  assertThrows(() => pool.tryAcquire({ cpu: 1 }, nobody), TypeError, message);
  await assertRejects(() => pool.acquire({ cpu: 1 }, nobody), TypeError, message);
  take(pool.tryAcquire({ cpu: 1 }, { ...nobody, preemptions: 0 })).release();
  assertEquals(pool.available("cpu"), 1);
});

Deno.test("ResourcePool preempts nobody twice over for somebody who came while others were told, if one of them is not needed any more", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 6 }, preemption: { graceMs: 60_000 } });
  const [first, second, third] = await Promise.all(
    ["first", "second", "third"].map((owner) => pool.acquire({ cpu: 2 }, { ...low, owner })),
  ) as [Lease<"cpu">, Lease<"cpu">, Lease<"cpu">];
  const abort = new AbortController(), waits: Promise<unknown>[] = [];
  const ask = (signal?: AbortSignal) => {
    waits.push(
      pool.acquire({ cpu: 2 }, { priority: "high", ...(signal && { signal }) }).then(
        (lease) => lease.release(),
        () => {},
      ),
    );
  };
  const told: string[] = [];
  third.signal.addEventListener("abort", () => {
    told.push("third");
    ask();
    ask(abort.signal);
  });
  second.signal.addEventListener("abort", () => {
    told.push("second");
    abort.abort(); // and nobody needs the first one's any more
  });
  first.signal.addEventListener("abort", () => told.push("first"));
  ask();
  assertEquals([told, pool.snapshot().preemptions], [["third", "second"], 2]);
  for (const lease of [third, second]) lease.release();
  await Promise.all(waits);
  assertEquals([first.signal.aborted, pool.snapshot().inUse.cpu], [false, 2]);
  first.release();
});
