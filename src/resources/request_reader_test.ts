import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { PuffinError } from "../errors.ts";
import { ResourcePool } from "./pool.ts";
import type { ResourceAmounts } from "./request.ts";

type Kinds = "cpu" | "gpu" | "memoryMb";

const CAPACITY = { cpu: 4, gpu: 2, memoryMb: 8 };
/** Few amounts, so that requests come again, in the same order of kinds and in another; some are wrong. */
const requests = fc.array(
  fc.record({
    own: fc.array(fc.tuple(fc.constantFrom("cpu", "gpu", "memoryMb"), fc.constantFrom(0, 1, 2, 5, -1, 1e-9)), {
      maxLength: 3,
    }),
    inherited: fc.array(fc.tuple(fc.constantFrom("cpu", "gpu"), fc.constantFrom(1, 2)), { maxLength: 2 }),
  }),
  { minLength: 2, maxLength: 30 },
);

/** What a pool with all free answers. */
function answerOf(pool: ResourcePool<Kinds>, request: ResourceAmounts<Kinds>): unknown {
  try {
    using lease = pool.tryAcquire(request);
    return [lease?.amounts, pool.snapshot().inUse];
  } catch (error) {
    assert(error instanceof Error);
    return [error.constructor, error.message];
  }
}

Deno.test("ResourcePool answers a request like a pool that has never read another, whatever it has read", () =>
  fc.assert(
    fc.property(requests, (requests) => {
      const pool = new ResourcePool<Kinds>({ capacity: CAPACITY });
      for (const { own, inherited } of requests) {
        const request: ResourceAmounts<Kinds> = Object.assign(
          Object.create(inherited.length === 0 ? Object.prototype : Object.fromEntries(inherited)),
          Object.fromEntries(own),
        );
        assertEquals(answerOf(pool, request), answerOf(new ResourcePool<Kinds>({ capacity: CAPACITY }), request));
      }
    }),
    { numRuns: 300 },
  ));

Deno.test("ResourcePool is asked for nothing by a request that only inherits, though it knows one with the same amounts", () => {
  const pool = new ResourcePool<Kinds>({ capacity: CAPACITY });
  const known = [{ cpu: 1 }, { cpu: 1, gpu: 2 }];
  for (const request of [...known, { cpu: 2 }]) pool.tryAcquire(request)?.release();
  for (const request of known) {
    assertThrows(() => pool.tryAcquire(Object.create(request)), TypeError, "Cannot acquire nothing");
    assertEquals(pool.tryAcquire(request)?.release(), undefined);
  }
});

Deno.test("ResourcePool takes a known request for possible only as long as its nodes are as large as then", () => {
  const pool = new ResourcePool<Kinds>({ capacity: CAPACITY });
  for (const request of [{ cpu: 4 }, { gpu: 2 }]) pool.tryAcquire(request)?.release();
  pool.resize({ cpu: 3, gpu: 1 });
  for (const request of [{ cpu: 4 }, { gpu: 2 }]) assertThrows(() => pool.tryAcquire(request), PuffinError, "asks for");
  pool.resize({ cpu: 4, gpu: 2 });
  for (const request of [{ cpu: 4 }, { gpu: 2 }]) assertEquals(pool.tryAcquire(request)?.amounts, request);
});
