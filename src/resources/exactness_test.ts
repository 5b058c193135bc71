import { assertEquals } from "@std/assert";
import { createRandom } from "../measure/random.ts";
import type { Lease } from "./lease.ts";
import { bestFit } from "./placement/mod.ts";
import { ResourcePool } from "./pool.ts";

/** How many operations are tried; `POOL_OPERATIONS=10000000` takes some seconds. */
const OPERATIONS = Number(Deno.env.get("POOL_OPERATIONS") ?? 300_000);

for (const nodes of [1, 5]) {
  Deno.test(`ResourcePool of ${nodes} nodes has its capacity to the last bit after many random operations`, () => {
    const seed = Number(Deno.env.get("POOL_SEED") ?? 1), random = createRandom(seed);
    const next = () => random.nextFloat();
    const capacity = { cpu: 7.3, memoryMb: 16_384.7, "db.connections": 20, bytes: 2 ** 50 };
    const pool = new ResourcePool({ capacity, nodes, placement: bestFit() });
    const before = pool.snapshot();
    const held: Lease<keyof typeof capacity>[] = [];
    for (let i = 0; i < OPERATIONS; i++) {
      const lease = held.length > 0 && next() < 0.5 ? held.splice(Math.floor(next() * held.length), 1)[0] : undefined;
      if (lease !== undefined && next() < 0.2) {
        const { cpu = 0, bytes = 0 } = lease.amounts;
        lease.shrink({ cpu: cpu * next(), bytes: bytes * next() });
        held.push(lease);
      } else if (lease !== undefined) {
        lease.release();
      } else {
        const some = (most: number) => next() < 0.5 ? Math.max(0.001, most * next() ** 3) : 0;
        const granted = pool.tryAcquire({
          cpu: 1e-6 + some(7.2),
          memoryMb: some(16_384),
          "db.connections": Math.floor(some(20)),
          bytes: Math.floor(some(2 ** 50)),
        });
        if (granted !== undefined) held.push(granted);
      }
    }
    for (const lease of held) lease.release();
    const { available, inUse, nodes: rows } = pool.snapshot();
    assertEquals(available, before.capacity, `seed ${seed}`);
    assertEquals(rows, before.nodes);
    assertEquals(inUse, { cpu: 0, memoryMb: 0, "db.connections": 0, bytes: 0 });
  });
}
