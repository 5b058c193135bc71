import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { FairQueue, MAX_IDLE } from "./fair_queue.ts";
import { PlainFairShare } from "./testdata/plain_orderings.ts";
import { CAPACITY, demandOf, Duet, step, TestWaiter } from "./testdata/scripts.ts";
import { equalWeights, readWeights } from "./weights.ts";

const CPUS = 16;

/** A queue whose first is served again and again. */
class Served {
  readonly queue;
  #tickets = 0;

  constructor(weights: Readonly<Record<string, number>> = {}) {
    this.queue = new FairQueue<TestWaiter>({ capacity: Float64Array.of(CPUS) }, readWeights(weights));
  }

  join(owner: string, cpus = 1): TestWaiter {
    const waiter = new TestWaiter(this.#tickets++, owner, demandOf(cpus));
    this.queue.join(waiter);
    return waiter;
  }

  serve(): TestWaiter {
    const first = this.queue.first();
    assert(first !== undefined);
    this.queue.leave(first);
    this.queue.granted(first.owner, first.demand);
    return first;
  }
}

const WEIGHTS = { a: 1, b: 2, c: 0.3 };
type Owner = keyof typeof WEIGHTS;
const OWNERS: readonly Owner[] = ["a", "b", "c"];

Deno.test("fairShare() and weighted() grant those who wait all the time as much for their weight, up to one request each", () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: CPUS }), { minLength: 60, maxLength: 200, size: "max" }),
      (sizes) => {
        const served = new Served(WEIGHTS), had = { a: 0, b: 0, c: 0 };
        // By pair of owners, the least and the most that one has had more than the other, at any time.
        const lead = new Map(OWNERS.flatMap((one) => OWNERS.map((other) => [one + other, { least: 0, most: 0 }])));
        for (const owner of OWNERS) for (const size of sizes) served.join(owner, size);
        for (let n = 0; n < sizes.length; n++) { // so that nobody's line ends
          const { owner, demand } = served.serve();
          const granted = OWNERS.find((other) => other === owner) ?? "a";
          had[granted] += (demand.units[0] ?? 0) / CPUS / WEIGHTS[granted];
          for (const one of OWNERS) {
            for (const other of OWNERS) {
              const range = lead.get(one + other) ?? { least: 0, most: 0 }, ahead = had[one] - had[other];
              [range.least, range.most] = [Math.min(range.least, ahead), Math.max(range.most, ahead)];
              // The paper's theorem 1: over any stretch of time.
              assert(range.most - range.least <= 1 / WEIGHTS[one] + 1 / WEIGHTS[other] + 1e-9, `${one} and ${other}`);
            }
          }
        }
      },
    ),
  ));

Deno.test("fairShare() charges the dominant share: a large request counts for many small ones", () => {
  const served = new Served();
  for (let n = 0; n < 12; n++) served.join("small", 2);
  for (let n = 0; n < 3; n++) served.join("large", 8);
  const owners = Array.from({ length: 15 }, () => served.serve().owner === "large" ? "L" : "s").join("");
  assertEquals(owners, "sLssssLssssLsss", "four small ones come to a large one; of equals the older goes first");
});

Deno.test("fairShare() gives no credit for time in which an owner did not wait", () => {
  const served = new Served();
  for (let n = 0; n < 20; n++) served.join("busy");
  for (let n = 0; n < 10; n++) served.serve();
  for (let n = 0; n < 4; n++) served.join("late");
  const owners = Array.from({ length: 8 }, () => served.serve().owner);
  assertEquals(owners.filter((owner) => owner === "late").length, 4, "it is level with the other from now on");
  assertEquals(owners.slice(0, 4).filter((owner) => owner === "late").length, 2, "and catches up on nothing");
});

Deno.test("fairShare() gives an owner that asks for one thing at a time its share, and no more", () => {
  for (const cpus of [1, 16]) { // smaller or larger than what the other asks for
    const served = new Served(), had = { one: 0, many: 0 };
    for (let n = 0; n < 500; n++) served.join("many", 4);
    served.join("one", cpus);
    while (had.one + had.many < 400) {
      const { owner, demand } = served.serve();
      if (owner === "one") served.join("one", cpus);
      had[owner === "one" ? "one" : "many"] += demand.units[0] ?? 0;
    }
    assert(Math.abs(had.one - had.many) <= 20, `${had.one} and ${had.many}`);
  }
});

Deno.test("fairShare() does not let one that is served out of turn set back those who come later", () => {
  const served = new Served({ rare: 1e-6 });
  const rare = [served.join("rare", 16), served.join("rare", 16)];
  for (let n = 0; n < 10; n++) served.join("often");
  for (const waiter of rare) { // the second has a tag of a million
    served.queue.leave(waiter);
    served.queue.granted(waiter.owner, waiter.demand);
  }
  served.join("newcomer");
  assert([served.serve(), served.serve()].some(({ owner }) => owner === "newcomer"));
});

Deno.test("fairShare() remembers a bounded number of owners, however many new ones keep coming", () => {
  const served = new Served();
  for (let n = 0; n < 10; n++) served.join(`first ${n}`);
  for (let n = 0; n < 2 * MAX_IDLE; n++) {
    served.join(`new ${n}`);
    served.serve();
  }
  assertStrictEquals(served.queue.remembered, 10 + 10 + MAX_IDLE);
  while (served.queue.size > 0) served.serve();
  assertStrictEquals(served.queue.remembered, 0);
});

Deno.test("fairShare() remembers who waits and who has had more than the average, and nobody when nobody waits", () =>
  fc.assert(fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
    const capacity = Float64Array.from(CAPACITY);
    const queue = new FairQueue<TestWaiter>({ capacity }, equalWeights),
      oracle = new PlainFairShare<TestWaiter>(capacity);
    const duet = new Duet(queue, oracle, capacity);
    for (const step of steps) {
      duet.play(step);
      assertStrictEquals(queue.remembered, oracle.remembered);
      if (queue.size === 0) assertStrictEquals(queue.remembered, 0);
    }
  })));

Deno.test("weighted() asks a function before anything changes, so that a bad weight leaves the queue as it was", () => {
  let weight = 1;
  const weights = readWeights(() => weight);
  const queue = new FairQueue<TestWaiter>({ capacity: Float64Array.of(CPUS) }, weights);
  queue.join(new TestWaiter(0, "a", demandOf(1)));
  weight = -1;
  const refused = new TestWaiter(1, "b", demandOf(1));
  let message = "";
  try {
    queue.join(refused);
  } catch (error) {
    message = String(error);
  }
  assertEquals(message.slice(0, 46), 'RangeError: Cannot give owner "b" the weight -');
  assertEquals([queue.size, queue.remembered, refused.entry], [1, 1, undefined]);
  weight = 1;
  queue.join(refused);
  assertEquals(Array.from(queue.inOrder(), ({ ticket }) => ticket), [0, 1]);
});
