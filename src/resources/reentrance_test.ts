import { assert, assertEquals, assertRejects } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Lease } from "./lease.ts";
import { ResourcePool } from "./pool.ts";
import { Quotas } from "./quotas/mod.ts";

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
