import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { CapacityError } from "./errors.ts";
import type { Lease } from "./lease.ts";
import { weighted } from "./ordering/mod.ts";
import { ResourcePool } from "./pool.ts";
import { QuotaError, Quotas } from "./quotas/mod.ts";
import { SharedResourcePool } from "./shared/mod.ts";

/** A pool whose users may have one processor each without a report, held by `h`, and one who waits for two. */
function setUpOverage(signal?: AbortSignal) {
  const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: { type: "soft", limit: 1 } }]);
  const pool = new ResourcePool({ capacity: { cpu: 4 }, quotas });
  const held = pool.tryAcquire({ cpu: 4 }, { scope: { user: "h" } });
  const wait = pool.acquire({ cpu: 2 }, { scope: { user: "a" }, ...(signal && { signal }) });
  const onOverage = (listener: () => void) => quotas.onOverage(({ key }) => key === "a" && listener());
  return { quotas, pool, held, wait, onOverage };
}

/** What a pool of one kind lends, has, and lets wait. */
function booksOf(pool: ResourcePool<"cpu">): unknown {
  const { inUse, capacity, waiters } = pool.snapshot();
  return [inUse.cpu, capacity.cpu, waiters];
}

Deno.test("ResourcePool has granted what a quota reports, when a listener asks for more", async () => {
  const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: { type: "soft", limit: 1 } }]);
  const pool = new ResourcePool({ capacity: { cpu: 4 }, quotas });
  const inner: (Lease<"cpu"> | undefined)[] = [];
  quotas.onOverage(({ key }) => key === "a" && inner.push(pool.tryAcquire({ cpu: 4 }, { scope: { user: "b" } })));
  const outer = pool.tryAcquire({ cpu: 2 }, { scope: { user: "a" } });
  await nextTurn();
  assertEquals([outer?.amounts, inner], [{ cpu: 2 }, [undefined]]);
  assertEquals(booksOf(pool), [2, 4, 0]);
});

Deno.test("ResourcePool has served the waiter that a quota reports, when a listener asks for more", async () => {
  const { pool, held, wait, onOverage } = setUpOverage(), inner: (Lease<"cpu"> | undefined)[] = [];
  onOverage(() => inner.push(pool.tryAcquire({ cpu: 4 })));
  held?.release();
  assertEquals((await wait).amounts, { cpu: 2 });
  assertEquals([inner, booksOf(pool)], [[undefined], [2, 4, 0]]);
});

Deno.test("ResourcePool has served the waiter that a quota reports, when a listener aborts its signal", async () => {
  const controller = new AbortController();
  const { quotas, pool, held, wait, onOverage } = setUpOverage(controller.signal);
  onOverage(() => controller.abort());
  held?.release();
  const lease = await wait;
  assertEquals([controller.signal.aborted, booksOf(pool)], [true, [2, 4, 0]]);
  lease.release();
  assertEquals([booksOf(pool), quotas.usage("user", "a")[0]?.used], [[0, 4, 0], 0]);
});

Deno.test("ResourcePool has served the waiter that a quota reports, when a listener leaves the pool nothing", async () => {
  const { pool, held, wait, onOverage } = setUpOverage();
  onOverage(() => pool.resize({ cpu: 0 }));
  held?.release();
  (await wait).release();
  assertEquals(booksOf(pool), [0, 0, 0]);
});

Deno.test("ResourcePool.resize() rejects parked waiters, of whom the first takes others with it", async () => {
  const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: { type: "hard", limit: 4 } }]);
  const pool = new ResourcePool({ capacity: { cpu: 8 }, quotas }), scope = { user: "a" };
  const held = pool.tryAcquire({ cpu: 4 }, { scope });
  const parked = [1, 3, 1].map((cpu) => pool.acquire({ cpu }, { scope }));
  const other = pool.acquire({ cpu: 6 });
  quotas.setLimit({ scope: "user", kind: "cpu", type: "hard" }, 2);
  pool.resize({ cpu: 0 });
  const [first, second, third] = parked;
  await assertRejects(() => first!, CapacityError);
  await assertRejects(() => second!, QuotaError);
  await assertRejects(() => third!, CapacityError);
  await assertRejects(() => other, CapacityError);
  held?.release();
  pool.resize({ cpu: 8 });
  assertEquals(booksOf(pool), [0, 8, 0]);
});

Deno.test("ResourcePool rejects who cannot be let into the queue when its quota has room, and serves those behind", async () => {
  const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: { type: "hard", limit: 2 } }]);
  const ordering = weighted({ weights: (owner) => owner === "alice" ? 2 : NaN });
  const pool = new ResourcePool({ capacity: { cpu: 2 }, quotas, ordering }), scope = { user: "u" };
  const held = pool.tryAcquire({ cpu: 2 }, { scope, owner: "alice" });
  const bob = pool.acquire({ cpu: 1 }, { scope, owner: "bob" });
  const alice = pool.acquire({ cpu: 1 }, { scope, owner: "alice" });
  held?.release();
  await assertRejects(() => bob, RangeError, 'owner "bob" the weight NaN');
  (await alice).release();
  assertEquals([booksOf(pool), quotas.usage("user", "u")[0]?.used], [[0, 2, 0], 0]);
});

Deno.test("ResourcePool.acquire() hears of a signal that is aborted in the course of the call", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 2 }, preemption: { graceMs: 60_000 } });
  const controller = new AbortController();
  const victim = pool.tryAcquire({ cpu: 2 }, { priority: "low", preemptible: true, owner: "batch" });
  victim?.signal.addEventListener("abort", () => controller.abort("shutting down"));
  const urgent = pool.acquire({ cpu: 2 }, { priority: "high", signal: controller.signal });
  assertEquals(await urgent.catch((reason) => reason), "shutting down");
  assertEquals(booksOf(pool), [2, 2, 0]);
  victim?.release();
});

Deno.test("Lease.shrink() takes what is left when a getter of its amounts has shrunk the lease", () => {
  const pool = new ResourcePool({ capacity: { cpu: 8 } }), lease = pool.tryAcquire({ cpu: 4 })!;
  const amounts = {
    get cpu() {
      lease.shrink({ cpu: 3 });
      return 2;
    },
  };
  assertThrows(() => lease.shrink(amounts), RangeError, "it holds 1");
  assertEquals([lease.amounts, pool.available("cpu")], [{ cpu: 1 }, 7]);
  lease.release();
  assertEquals(booksOf(pool), [0, 8, 0]);
});

Deno.test("ResourcePool and SharedResourcePool read a request whole, though a getter of it asks for something else", () => {
  using shared = SharedResourcePool.create({ capacity: { cpu: 8, gpu: 4 } });
  for (const pool of [new ResourcePool({ capacity: { cpu: 8, gpu: 4 } }), shared]) {
    const request = {
      cpu: 1,
      get gpu() {
        pool.tryAcquire({ cpu: 3, gpu: 1 })?.release();
        return 2;
      },
    };
    assertEquals(pool.tryAcquire(request)?.amounts, { cpu: 1, gpu: 2 });
    assertEquals(pool.tryAcquire({ cpu: 1, gpu: 2 })?.amounts, { cpu: 1, gpu: 2 }, "nothing wrong is remembered");
    assertEquals(pool.snapshot().available, { cpu: 6, gpu: 0 });
  }
});

Deno.test("ResourcePool and SharedResourcePool read what is a request's own, and not what it inherits", () => {
  using shared = SharedResourcePool.create({ capacity: { cpu: 8, gpu: 2 } });
  for (const pool of [new ResourcePool({ capacity: { cpu: 8, gpu: 2 } }), shared]) {
    for (let round = 0; round < 2; round++) {
      const heir: { cpu: number } = Object.assign(Object.create({ gpu: 2 }), { cpu: 1 });
      const lease = pool.tryAcquire(heir)!;
      assertEquals(lease.amounts, { cpu: 1 });
      lease.shrink(Object.assign(Object.create({ gpu: 1 }), { cpu: 0.5 }));
      assertEquals(lease.amounts, { cpu: 0.5 });
      lease.release();
      pool.tryAcquire({ cpu: 1, gpu: 2 })?.release(); // is remembered, with the same entries
    }
  }
});

Deno.test("ResourcePool loses nothing when its clock throws", async () => {
  let isBroken = false;
  const clock = () => {
    if (isBroken) throw new Error("planted");
    return 0;
  };
  const pool = new ResourcePool({ capacity: { cpu: 1 }, clock, timing: "on" });
  const held = pool.tryAcquire({ cpu: 1 }), wait = pool.acquire({ cpu: 1 });
  isBroken = true;
  held?.release();
  (await wait).release();
  pool.tryAcquire({ cpu: 1 })?.release();
  assertEquals(booksOf(pool), [0, 1, 0]);
});
