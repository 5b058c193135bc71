import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { priority, PriorityQueue } from "./priority.ts";
import { demandOf, TestWaiter } from "./testdata/scripts.ts";

const AGING_MS = 100;

function levelsInOrder(arrivals: readonly (readonly [level: number, atMs: number])[]): number[] {
  const queue = priority({ agingMs: AGING_MS }).open<TestWaiter>({ capacity: Float64Array.of(1) });
  arrivals.forEach(([level, atMs], ticket) => queue.join(new TestWaiter(ticket, undefined, demandOf(1), level, atMs)));
  return Array.from(queue.inOrder(), ({ level }) => level);
}

Deno.test("priority() takes waiting for priority, a level for each agingMs", () => {
  assertEquals(levelsInOrder([[1, 0], [3, 199]]), [3, 1]);
  assertEquals(levelsInOrder([[1, 0], [3, 200]]), [1, 3], "two levels are made up for");
  assertEquals(levelsInOrder([[0, 0], [0.5, 49], [-2, 50], [1e300, 1e9]]), [1e300, 0.5, 0, -2]);
});

Deno.test("priority() lets nobody pass because the clock was set back", () => {
  assertEquals(levelsInOrder([[1, 5_000], [2, 4_000], [1.5, 3_000]]), [2, 1.5, 1], "as if all had come at once");
  assertEquals(levelsInOrder([[1, 1_000], [0, -1e9]]), [1, 0]);
  assertEquals(levelsInOrder([[1, 0], [1, 1e12], [3, 0], [3, 150], [1, 300]]), [1, 3, 3, 1, 1], "nor for ever after");
});

Deno.test("priority() stays in order when a clock fails", () => {
  assertEquals(levelsInOrder([[1, 0], [1, Infinity], [2, 0], [2, 1]]), [2, 2, 1, 1]);
  assertEquals(levelsInOrder([[1, 0], [2, NaN], [2, Infinity], [3, -Infinity], [1, 0]]), [3, 2, 2, 1, 1]);
});

Deno.test("priority(): whoever comes later goes first only if it is d levels higher and d * agingMs have not gone by", () => {
  const arrival = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -150, max: 150 }));
  fc.assert(fc.property(fc.array(arrival, { maxLength: 60, size: "max" }), (arrivals) => {
    const queue = new PriorityQueue<TestWaiter>(AGING_MS), forwardMs: number[] = [];
    let nowMs = 0, goneMs = 0;
    for (const [ticket, [level, passMs]] of arrivals.entries()) {
      nowMs += passMs;
      goneMs += Math.max(0, passMs);
      forwardMs.push(goneMs);
      queue.join(new TestWaiter(ticket, undefined, demandOf(1), level, nowMs));
    }
    const places = new Map(Array.from(queue.inOrder(), (waiter, place) => [waiter.ticket, { waiter, place }]));
    for (const [early, { waiter, place }] of places) {
      for (const [late, other] of places) {
        if (late <= early) continue;
        const leadMs = (other.waiter.level - waiter.level) * AGING_MS;
        const laterMs = (forwardMs[late] ?? NaN) - (forwardMs[early] ?? NaN);
        assertStrictEquals(other.place < place, laterMs < leadMs);
      }
    }
    assertStrictEquals(queue.remembered, new Set(arrivals.map(([level]) => level)).size);
    for (const { waiter } of places.values()) queue.leave(waiter);
    assertStrictEquals(queue.remembered, 0);
  }));
});

Deno.test("priority() refuses an aging that is none", () => {
  for (const agingMs of [-1, NaN, -Infinity]) {
    assertThrows(
      () => priority({ agingMs }),
      RangeError,
      `agingMs ${agingMs}: expected a finite number, at least 0; use 0`,
    );
  }
  assertThrows(
    () => priority({ agingMs: Infinity }),
    RangeError,
    "would let low priorities starve, so pass a long time",
  );
});
