import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ResourcePool } from "./pool.ts";

function newPool() {
  return new ResourcePool({ capacity: { cpu: 8, memoryMb: 1_000 } });
}

Deno.test("Lease.shrink() gives back so much, and serves whoever waits for it", async () => {
  const pool = newPool(), lease = await pool.acquire({ cpu: 8, memoryMb: 500 });
  const waiting = pool.acquire({ cpu: 3 });
  lease.shrink({ memoryMb: 100 });
  assertEquals([lease.amounts, pool.available("memoryMb")], [{ cpu: 8, memoryMb: 400 }, 600]);
  lease.shrink({ cpu: 3.5, memoryMb: 400 });
  assertEquals([lease.amounts, lease.released], [{ cpu: 4.5 }, false]);
  assertEquals(pool.snapshot().available, { cpu: 0.5, memoryMb: 1_000 });
  lease.release();
  (await waiting).release();
  assertEquals(pool.snapshot().available, pool.snapshot().capacity);
});

Deno.test("Lease.shrink() to nothing releases the lease, and by nothing changes nothing", () => {
  const pool = newPool(), lease = pool.tryAcquire({ cpu: 2, memoryMb: 10 });
  assert(lease !== undefined);
  lease.shrink({});
  lease.shrink({ cpu: 0 });
  lease.shrink({ cpu: 1e-9 });
  assertEquals([lease.amounts, pool.available("cpu")], [{ cpu: 2, memoryMb: 10 }, 6]);
  lease.shrink({ memoryMb: 10, cpu: 2 });
  assertEquals([lease.released, lease.amounts], [true, { cpu: 2, memoryMb: 10 }]);
  lease.release();
  assertEquals(pool.snapshot().available, pool.snapshot().capacity);
});

Deno.test("Lease.shrink() refuses more than is held, and gives back nothing then", () => {
  const pool = newPool(), lease = pool.tryAcquire({ cpu: 2 }, "train");
  assert(lease !== undefined);
  assertThrows(
    () => lease.shrink({ cpu: 3 }),
    RangeError,
    'a lease of "train" by 3 of cpu: it holds 2; give back a number',
  );
  assertThrows(() => lease.shrink({ cpu: 1, memoryMb: 1 }), RangeError, "by 1 of memoryMb: it holds 0");
  for (const cpu of [-1, NaN, Infinity]) assertThrows(() => lease.shrink({ cpu }), RangeError, `by ${cpu} of cpu`);
  // @ts-expect-error: not a number
  assertThrows(() => lease.shrink({ cpu: "1" }), TypeError, "expected a number, got string");
  // @ts-expect-error: the pool has none
  assertThrows(() => lease.shrink({ tpu: 1 }), TypeError, 'Cannot shrink a lease by "tpu"');
  assertEquals([lease.amounts, pool.available("cpu")], [{ cpu: 2 }, 6]);
  lease.release();
  assertThrows(() => lease.shrink({ cpu: 1 }), RangeError, "it holds 0, for it has been released");
  assertStrictEquals(pool.available("cpu"), 8);
});

Deno.test("Lease.shrink() in any parts gives back everything to the last bit", () =>
  fc.assert(fc.property(
    fc.array(
      fc.record({
        cpu: fc.double({ min: 0, max: 3, noNaN: true }),
        memoryMb: fc.double({ min: 0, max: 400, noNaN: true }),
      }),
      {
        maxLength: 20,
      },
    ),
    (parts) => {
      const pool = newPool(), lease = pool.tryAcquire({ cpu: 8, memoryMb: 1_000 });
      assert(lease !== undefined);
      for (const part of parts) {
        const { cpu = 0, memoryMb = 0 } = lease.released ? {} : lease.amounts;
        lease.shrink({ cpu: Math.min(cpu, part.cpu), memoryMb: Math.min(memoryMb, part.memoryMb) });
        const { inUse, available } = pool.snapshot();
        assertEquals(Math.round((inUse.cpu + available.cpu) * 1e6), 8e6);
        if (!lease.released) assertEquals(inUse, { cpu: 0, memoryMb: 0, ...lease.amounts });
        if (lease.released) break;
      }
      lease.release();
      assertEquals(pool.snapshot().available, { cpu: 8, memoryMb: 1_000 });
    },
  )));

Deno.test("Lease knows its age if the pool is timed, and reads no clock otherwise", async () => {
  let nowMs = 1_000, readings = 0;
  const clock = () => (readings++, nowMs);
  const timed = new ResourcePool({ capacity: { cpu: 1 }, clock, timing: "on" });
  const lease = await timed.acquire({ cpu: 1 });
  nowMs += 250;
  assertEquals(lease.ageMs, 250);
  lease.release();
  nowMs += 250;
  assertEquals(lease.ageMs, 250, "the age at which it was released");
  const untimed = new ResourcePool({ capacity: { cpu: 2 }, clock });
  readings = 0;
  for (const other of [untimed.tryAcquire({ cpu: 1 }), await untimed.acquire({ cpu: 0.5 })]) {
    assertStrictEquals(other?.ageMs, undefined);
    other?.release();
  }
  assertEquals(readings, 0);
});

Deno.test("ResourcePool with a clock that goes back, or tells no number, lets no age or wait be negative, and keeps exact books", async () => {
  let nowMs = 1_000;
  const pool = new ResourcePool({ capacity: { cpu: 1 }, clock: () => nowMs, timing: "on" });
  const waits: (number | undefined)[] = [], events = pool.events();
  const lease = await pool.acquire({ cpu: 1 });
  nowMs = 1_200;
  const [next, last] = [pool.acquire({ cpu: 1 }), pool.acquire({ cpu: 1 }, { priority: "low" })];
  for (const reading of [-5_000, NaN, Infinity, -4_900]) {
    nowMs = reading;
    const { ageMs } = lease, { oldestWaitMs } = pool.snapshot();
    waits.push(ageMs, oldestWaitMs);
  }
  assertEquals(waits, [200, 0, 200, 0, 200, 0, 300, 100], "it stands still until it goes on");
  lease.release();
  (await next).release();
  (await last).release();
  await events.return?.();
  assertEquals([pool.available("cpu"), pool.snapshot().waiters], [1, 0]);
});

Deno.test("Lease.signal is the same each time, and not aborted by a release", () => {
  const pool = newPool(), lease = pool.tryAcquire({ cpu: 1 });
  const signal = lease?.signal;
  assertStrictEquals(lease?.signal, signal);
  lease?.release();
  assertEquals([signal?.aborted, pool.available("cpu")], [false, 8]);
});

Deno.test("Lease gives back at the end of an asynchronous scope", async () => {
  const pool = newPool();
  {
    await using lease = await pool.acquire({ cpu: 3 });
    assertEquals([lease.amounts, pool.available("cpu")], [{ cpu: 3 }, 5]);
  }
  assertStrictEquals(pool.available("cpu"), 8);
});
