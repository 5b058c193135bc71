import { assertEquals } from "@std/assert";
import { ObjectPool } from "./object_pool.ts";
import type { PoolFault } from "./options.ts";

Deno.test("ObjectPool needs no more than create: whatever ends an object, nothing fails and nobody is called", async () => {
  let next = 0, nowMs = 0;
  const faults: PoolFault[] = [];
  const pool = new ObjectPool<number>({
    max: 2,
    maxUses: 2,
    validateAfterIdleMs: 0,
    create: () => next++,
    onError: (fault) => void faults.push(fault),
    clock: () => nowMs,
  });
  const used: number[] = [];
  for (let use = 0; use < 4; use++) {
    using loan = await pool.acquire();
    used.push(loan.value);
    nowMs += 10;
  }
  assertEquals(used, [0, 0, 1, 1], "an idle one counts as one that works");
  (await pool.acquire()).discard();
  (await pool.acquire()).release();
  await pool.close();
  const { created, destroyed, destroyFailures, size, destroying } = pool.snapshot();
  assertEquals({ created, destroyed, destroyFailures, size, destroying }, {
    created: 4,
    destroyed: 4,
    destroyFailures: 0,
    size: 0,
    destroying: 0,
  });
  assertEquals(faults, []);
});
