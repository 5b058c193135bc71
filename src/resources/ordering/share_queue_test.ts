import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import type { Demand } from "../placement/placement.ts";
import { ShareQueue } from "./share_queue.ts";
import { PlainDominantShares } from "./testdata/plain_orderings.ts";
import { CAPACITY, demandOf, Duet, step, TestWaiter } from "./testdata/scripts.ts";
import { equalWeights, readWeights } from "./weights.ts";

/** Fills a pool by the book: until whoever is first does not fit. Returns how many tasks each owner got. */
function fill(capacity: readonly number[], demands: Record<string, Demand>, weights: Record<string, number> = {}) {
  const queue = new ShareQueue<TestWaiter>({ capacity: Float64Array.from(capacity) }, readWeights(weights));
  const free = [...capacity], tasks: Record<string, number> = {};
  let ticket = 0;
  for (let n = 0; n <= Math.max(...capacity); n++) { // nobody runs out of tasks
    for (const [owner, demand] of Object.entries(demands)) queue.join(new TestWaiter(ticket++, owner, demand));
  }
  for (;;) {
    const first = queue.first();
    assert(first?.owner !== undefined);
    const { demand, owner } = first;
    const fits = Array.from(demand.places).every((place, at) => (demand.units[at] ?? 0) <= (free[place] ?? 0));
    if (!fits) return tasks;
    Array.from(demand.places).forEach((place, at) => free[place] = (free[place] ?? 0) - (demand.units[at] ?? 0));
    queue.leave(first);
    queue.granted(owner, demand);
    tasks[owner] = (tasks[owner] ?? 0) + 1;
  }
}

Deno.test("dominantResourceFairness() fills a pool as in the paper's example", () => {
  // Section 4.1: 9 CPUs and 18 GB; each of A's tasks needs <1 CPU, 4 GB>, each of B's <3 CPU, 1 GB>.
  assertEquals(fill([9, 18], { A: demandOf(1, 4), B: demandOf(3, 1) }), { A: 3, B: 2 });
});

Deno.test("dominantResourceFairness() gives shares in proportion to the weights", () => {
  assertEquals(fill([90, 1_000], { A: demandOf(1, 0), B: demandOf(1, 0) }, { A: 2 }), { A: 60, B: 30 });
});

Deno.test("dominantResourceFairness() makes the dominant shares of those who keep asking equal, up to one request", () => {
  const demand = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
  fc.assert(fc.property(fc.array(demand, { minLength: 2, maxLength: 6 }), (pairs) => {
    const capacity = [200, 300], demands = Object.fromEntries(pairs.map((pair, n) => [`o${n}`, demandOf(...pair)]));
    const tasks = fill(capacity, demands);
    const share = ([cpus, memory]: readonly [number, number]) => Math.max(cpus / 200, memory / 300);
    const shares = pairs.map((pair, n) => share(pair) * (tasks[`o${n}`] ?? 0));
    assert(Math.max(...shares) - Math.min(...shares) <= Math.max(...pairs.map(share)) + 1e-9);
  }));
});

Deno.test("dominantResourceFairness() remembers who waits and who holds something, and nobody else", () =>
  fc.assert(fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
    const capacity = Float64Array.from(CAPACITY);
    const queue = new ShareQueue<TestWaiter>({ capacity }, equalWeights);
    const oracle = new PlainDominantShares<TestWaiter>(capacity), duet = new Duet(queue, oracle, capacity);
    for (const step of steps) {
      duet.play(step);
      assertStrictEquals(queue.remembered, oracle.remembered);
    }
    for (const waiter of [...duet.waiting]) duet.serve(waiter);
    duet.releaseAll();
    assertStrictEquals(queue.remembered, 0);
  })));

Deno.test("dominantResourceFairness() counts anew when the pool is resized, even to nothing", () => {
  const capacity = Float64Array.of(10, 10), queue = new ShareQueue<TestWaiter>({ capacity }, equalWeights);
  queue.granted("a", demandOf(2, 0));
  queue.granted("b", demandOf(0, 3));
  const [a, b] = ["a", "b"].map((owner, ticket) => new TestWaiter(ticket, owner, demandOf(1)));
  if (a === undefined || b === undefined) return;
  queue.join(b);
  queue.join(a);
  assertStrictEquals(queue.first(), a);
  capacity[1] = 100;
  assertStrictEquals(queue.first(), b, "3 of 100 are less than 2 of 10");
  capacity.fill(0);
  assertEquals([...queue.inOrder()], [a, b], "both shares are infinite: the older goes first");
});
