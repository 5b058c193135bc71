import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { dominantResourceFairness } from "./dominant_resource_fairness.ts";
import { fairShare } from "./fair_share.ts";
import type { Ordering, WaitQueue } from "./ordering.ts";
import { demandOf, TestWaiter } from "./testdata/scripts.ts";
import { weighted } from "./weighted.ts";

const guarded: readonly ((maxPassed: number) => Ordering)[] = [
  (maxPassed) => fairShare({ maxPassed }),
  (maxPassed) => weighted({ maxPassed, weights: (owner) => owner?.startsWith("new") ? 1e6 : 1e-6 }),
  (maxPassed) => dominantResourceFairness({ maxPassed }),
];

function serveFirst(queue: WaitQueue<TestWaiter>): TestWaiter {
  const first = queue.first();
  assert(first !== undefined);
  queue.leave(first);
  queue.granted?.(first.owner, first.demand, first.level);
  return first;
}

for (const make of guarded) {
  const { name } = make(1);

  Deno.test(`${name}: of those who come later, at most (m + 1) * maxPassed are served before one that m wait before`, () => {
    const step = fc.tuple(fc.constantFrom("join", "join new", "join new", "serve", "serve and return"), fc.nat(9));
    const script = fc.array(step, { maxLength: 200, size: "max" });
    fc.assert(fc.property(script, fc.integer({ min: 1, max: 4 }), (steps, maxPassed) => {
      const queue = make(maxPassed).open<TestWaiter>({ capacity: Float64Array.of(10) });
      const ahead = new Map<TestWaiter, number>(), passed = new Map<TestWaiter, number>();
      for (const [ticket, [kind, n]] of steps.entries()) {
        if (kind === "join" || kind === "join new") {
          const owner = kind === "join" ? `owner ${n % 3}` : `new ${ticket}`;
          const waiter = new TestWaiter(ticket, owner, demandOf(n + 1));
          ahead.set(waiter, queue.size);
          queue.join(waiter);
        } else if (queue.size > 0) {
          const served = serveFirst(queue);
          if (kind === "serve and return") queue.released?.(served.owner, served.demand);
          ahead.delete(served);
          for (const [waiter, m] of ahead) {
            if (waiter.ticket > served.ticket) continue;
            const times = (passed.get(waiter) ?? 0) + 1;
            passed.set(waiter, times);
            assert(times <= (m + 1) * maxPassed, `${waiter.ticket} of ${m} was passed ${times} times`);
          }
        }
      }
    }));
  });

  Deno.test(`${name} lets whoever has waited longest go first after maxPassed grants to others, and then no more`, () => {
    const maxPassed = 20, queue = make(maxPassed).open<TestWaiter>({ capacity: Float64Array.of(10) });
    for (let n = 0; n < 3; n++) queue.granted?.("old", demandOf(10), 1);
    const old = Array.from({ length: 3 }, (_, ticket) => new TestWaiter(ticket, "old", demandOf(10)));
    for (const waiter of old) queue.join(waiter);
    if (name !== "dominant-resource-fairness") serveFirst(queue); // so that it has had more than any new owner
    const served: boolean[] = [];
    for (let n = 0; n < 200; n++) {
      const newcomer = new TestWaiter(1_000 + n, `new ${n}`, demandOf(1));
      queue.join(newcomer);
      const first = serveFirst(queue);
      queue.released?.(first.owner, first.demand);
      served.push(first.owner === "old");
      if (queue.size > 0 && queue.first()?.owner === "old") assertEquals(Array.from(queue.inOrder())[0], queue.first());
    }
    const turns = served.flatMap((isOld, n) => isOld ? [n] : []);
    assertEquals(turns.length, name === "dominant-resource-fairness" ? 3 : 2, "all of them have had their turn");
    for (const [at, turn] of turns.entries()) assert(turn - (turns[at - 1] ?? -1) <= maxPassed + 1);
  });
}

Deno.test("maxPassed is a positive integer", () => {
  for (const maxPassed of [0, -1, 1.5, NaN, Infinity, 2 ** 53]) {
    assertThrows(() => fairShare({ maxPassed }), RangeError, `maxPassed ${maxPassed}: expected a positive integer`);
    assertThrows(() => weighted({ weights: {}, maxPassed }), RangeError, "expected a positive integer");
    assertThrows(() => dominantResourceFairness({ maxPassed }), RangeError, "expected a positive integer");
  }
});
