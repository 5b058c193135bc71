import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { allocators } from "./allocators.ts";
import type { Lease } from "./lease.ts";
import {
  dominantResourceFairness,
  fairShare,
  fifo,
  type Ordering,
  priority,
  roundRobin,
  weighted,
} from "./ordering/mod.ts";
import { ResourcePool } from "./pool.ts";

const ORDERINGS: readonly Ordering[] = [
  fifo(),
  priority({ agingMs: 50 }),
  fairShare(),
  weighted({ weights: { a: 4, b: 0.5 } }),
  roundRobin(),
  dominantResourceFairness({ weights: { c: 2 } }),
];
const OWNERS = ["a", "b", "c", undefined] as const;

type Kind = "cpu" | "memoryMb";

/** A pool under one ordering, and who holds and waits by a plain list. */
class Watch {
  nowMs = 0;
  readonly pool: ResourcePool<Kind>;
  readonly held: Lease<Kind>[] = [];
  waiting = 0;
  granted = 0;
  readonly #aborts: AbortController[] = [];

  constructor(ordering: Ordering, nodes: number) {
    this.pool = new ResourcePool({
      capacity: { cpu: 8, memoryMb: 16 },
      nodes,
      ordering,
      clock: () => this.nowMs,
      maxOvertakes: 5,
    });
  }

  acquire(request: { [K in Kind]?: number }, owner: string | undefined, level: number): void {
    const abort = new AbortController();
    this.#aborts.push(abort);
    this.waiting++;
    this.pool.acquire(request, { owner, priority: level, signal: abort.signal })
      .then((lease) => void (this.held.push(lease), this.granted++), () => {})
      .finally(() => this.waiting--);
  }

  release(n: number): void {
    this.held.splice(n % (this.held.length || 1), 1)[0]?.release();
  }

  abort(n: number): void {
    this.#aborts[n % (this.#aborts.length || 1)]?.abort();
  }

  check(): void {
    const { inUse, available, capacity, waiters, waitersByPriority, oldestWaitMs, grants } = this.pool.snapshot();
    for (const kind of ["cpu", "memoryMb"] as const) {
      assertEquals(inUse[kind], this.held.reduce((sum, { amounts }) => sum + (amounts[kind] ?? 0), 0));
      assertEquals(available[kind], capacity[kind] - inUse[kind]);
    }
    assertEquals([waiters, grants], [this.waiting, this.granted]);
    assertEquals(Object.values(waitersByPriority).reduce((sum, count) => sum + count, 0), waiters);
    assert(waiters > 0 ? oldestWaitMs >= 0 : oldestWaitMs === 0);
  }
}

const call = fc.record({
  kind: fc.constantFrom("acquire", "acquire", "acquire", "release", "release", "abort", "pass time"),
  request: fc.constantFrom({ cpu: 1 }, { cpu: 5 }, { memoryMb: 9 }, { cpu: 8, memoryMb: 1 }, { cpu: 2, memoryMb: 16 }),
  owner: fc.constantFrom(...OWNERS),
  level: fc.constantFrom(0, 1, 2, 3, -1.5),
  n: fc.nat(999),
});

for (const ordering of ORDERINGS) {
  Deno.test(`ResourcePool ordered by ${ordering.name} keeps exact books, and serves everybody in the end`, () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(call, { maxLength: 100, size: "max" }),
        fc.constantFrom(1, 3),
        async (calls, nodes) => {
          const watch = new Watch(ordering, nodes);
          for (const { kind, request, owner, level, n } of calls) {
            if (kind === "acquire") watch.acquire(request, owner, level);
            else if (kind === "release") watch.release(n);
            else if (kind === "abort") watch.abort(n);
            else watch.nowMs += (n % 60) - 10; // back as well
            await nextTurn();
            watch.check();
          }
          while (watch.held.length > 0) {
            watch.release(0);
            await nextTurn();
            watch.check();
          }
          assertEquals(watch.waiting, 0);
        },
      ),
      { numRuns: 60 },
    ));

  Deno.test(`ResourcePool ordered by ${ordering.name} lets no stream of small requests starve a large one`, async () => {
    for (const nodes of [1, 3]) {
      const watch = new Watch(ordering, nodes), { pool } = watch;
      // Every owner has requests in line at all times, and more urgent ones than the large one.
      for (let i = 0; i < nodes * 8 + 20; i++) watch.acquire({ cpu: 1 }, OWNERS[i % 4], 2);
      await nextTurn();
      let large: Lease<Kind> | undefined;
      pool.acquire({ cpu: 8, memoryMb: 16 }, { owner: "b", priority: "low" }).then((lease) => large = lease);
      let releases = 0;
      for (; large === undefined && releases < 10_000; releases++) {
        watch.nowMs += 1;
        watch.acquire({ cpu: 1 }, OWNERS[releases % 4], 2);
        watch.release(0);
        await nextTurn();
      }
      assert(large !== undefined, `starved on ${nodes} nodes while ${releases} others were served`);
    }
  });
}

Deno.test("ResourcePool ordered by fair share gives owners the same, however many requests each has", async () => {
  const pool = new ResourcePool({ capacity: { cpu: 1 }, ...allocators.FairShare });
  const holder = await pool.acquire({ cpu: 1 }), order: string[] = [];
  const ask = (owner: string) => pool.withResources({ cpu: 1 }, () => void order.push(owner), { owner });
  const asked = [..."aaaaaaaabb"].map(ask);
  holder.release();
  await Promise.all(asked);
  assertEquals(order.slice(0, 4).toSorted(), ["a", "a", "b", "b"], "b is not behind all of a");
});

Deno.test("allocators are pairs of a placement and an ordering that a pool takes as they are", () => {
  for (const [name, { placement, ordering }] of Object.entries(allocators)) {
    const pool = new ResourcePool({ capacity: { cpu: 2 }, nodes: 2, placement, ordering });
    assert(pool.tryAcquire({ cpu: 2 }) !== undefined && pool.tryAcquire({ cpu: 2 }) !== undefined, name);
    assertEquals(pool.tryAcquire({ cpu: 1 }), undefined);
  }
  const where = (allocator: typeof allocators.FirstFit) => {
    const pool = new ResourcePool({
      nodes: [{ capacity: { cpu: 4 } }, { capacity: { cpu: 8 } }, { capacity: { cpu: 3 } }],
      ...allocator,
    });
    return pool.tryAcquire({ cpu: 3 })?.node;
  };
  assertEquals(Object.values(allocators).map(where), [0, 2, 1, 0, 0, 0, 0]);
});
