import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { dominantResourceFairness } from "./dominant_resource_fairness.ts";
import { fairShare } from "./fair_share.ts";
import { fifo } from "./fifo.ts";
import type { Ordering } from "./ordering.ts";
import { priority } from "./priority.ts";
import { roundRobin } from "./round_robin.ts";
import {
  PlainDominantShares,
  PlainFairShare,
  PlainFifo,
  PlainPriority,
  type PlainQueue,
  PlainRoundRobin,
  PlainTurnGuard,
} from "./testdata/plain_orderings.ts";
import { CAPACITY, demandOf, Duet, step, TestWaiter } from "./testdata/scripts.ts";
import { weighted } from "./weighted.ts";

interface Strategy {
  readonly label: string;
  readonly ordering: Ordering;
  readonly oracle: (capacity: Float64Array) => PlainQueue<TestWaiter>;
  /** Whether a guard may step in while a queue is served to its end. */
  readonly guarded?: boolean;
}

const weights = { a: 0.5, b: 2, d: 4 } as const; // powers of 2: their sums are exact in any order
const weightOf = (owner: string | undefined) =>
  new Map<string | undefined, number>(Object.entries(weights)).get(owner) ?? 1;

const strategies: readonly Strategy[] = [
  { label: "fifo", ordering: fifo(), oracle: () => new PlainFifo() },
  { label: "priority", ordering: priority({ agingMs: 100 }), oracle: () => new PlainPriority(100) },
  { label: "priority without levels", ordering: priority({ agingMs: 0 }), oracle: () => new PlainPriority(0) },
  { label: "round robin", ordering: roundRobin(), oracle: () => new PlainRoundRobin() },
  { label: "fair share", ordering: fairShare(), oracle: (capacity) => new PlainFairShare(capacity) },
  {
    label: "weighted by a record",
    ordering: weighted({ weights }),
    oracle: (capacity) => new PlainFairShare(capacity, weightOf),
  },
  {
    label: "weighted by a function, guarded closely",
    ordering: weighted({ weights: weightOf, maxPassed: 3 }),
    oracle: (capacity) => new PlainTurnGuard(new PlainFairShare(capacity, weightOf), 3),
    guarded: true,
  },
  {
    label: "dominant-resource fairness",
    ordering: dominantResourceFairness(),
    oracle: (capacity) => new PlainDominantShares(capacity),
  },
  {
    label: "weighted dominant-resource fairness, guarded closely",
    ordering: dominantResourceFairness({ weights, maxPassed: 2 }),
    oracle: (capacity) => new PlainTurnGuard(new PlainDominantShares(capacity, weightOf), 2),
    guarded: true,
  },
];

const script = fc.array(step, { maxLength: 200, size: "max" });
const tickets = (waiters: Iterable<TestWaiter>) => Array.from(waiters, ({ ticket }) => ticket);

/** A queue and its oracle, both empty. */
function begin({ ordering, oracle }: Strategy): Duet {
  const capacity = Float64Array.from(CAPACITY);
  return new Duet(ordering.open<TestWaiter>({ capacity }), oracle(capacity), capacity);
}

for (const strategy of strategies) {
  Deno.test(`WaitQueue of ${strategy.label} has the order of a plain list, whatever happens`, () =>
    fc.assert(fc.property(script, (steps) => {
      const duet = begin(strategy), { queue, oracle } = duet;
      for (const step of steps) {
        duet.play(step);
        assertStrictEquals(queue.size, duet.waiting.length);
        const order = oracle.order();
        assertStrictEquals(queue.first(), order[0]);
        assertEquals(tickets(queue.inOrder()), tickets(order));
      }
    })));

  Deno.test(`WaitQueue.inOrder() of ${strategy.label} foretells the order of service`, () =>
    fc.assert(fc.property(script, (steps) => {
      const duet = begin(strategy), { queue } = duet;
      for (const step of steps) duet.play(step);
      const foretold = tickets(queue.inOrder()), served: number[] = [];
      while (queue.size > 0) {
        const first = queue.first();
        assert(first !== undefined && duet.waiting.includes(first), "whoever waits is there, and is served once");
        served.push(first.ticket);
        duet.serve(first);
      }
      if (strategy.guarded) assertEquals(served.toSorted(), foretold.toSorted());
      else assertEquals(served, foretold);
      assertStrictEquals(queue.first(), undefined);
      assertEquals([...queue.inOrder()], []);
    })));

  Deno.test(`WaitQueue of ${strategy.label} refuses to let somebody in twice or out twice`, () => {
    const { queue } = begin(strategy), waiter = new TestWaiter(7, "a", demandOf(1));
    assertThrows(() => queue.leave(waiter), TypeError, "Cannot leave with ticket 7: this waiter stands in no queue");
    queue.join(waiter);
    assertThrows(() => queue.join(waiter), TypeError, "Cannot join with ticket 7: this waiter stands in a queue");
    queue.leave(waiter);
    assertThrows(() => queue.leave(waiter), TypeError, "Cannot leave with ticket 7");
    assertEquals([queue.size, queue.first()], [0, undefined]);
  });

  Deno.test(`WaitQueue.inOrder() of ${strategy.label} is lazy, and does not go on in a changed queue`, () => {
    const duet = begin(strategy);
    for (const owner of ["a", "b", "a", "b"]) duet.join(owner, demandOf(1));
    const walk = duet.queue.inOrder()[Symbol.iterator]();
    assertStrictEquals(walk.next().value, duet.queue.first());
    duet.join("c", demandOf(1));
    assertThrows(() => walk.next(), TypeError, "Cannot go on through a queue that has changed");
  });
}
