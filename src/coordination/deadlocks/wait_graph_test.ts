import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Permits } from "./testdata/permits.ts";
import { uniqueOwner } from "./unique_owner.ts";
import { type Wait, WaitGraph } from "./wait_graph.ts";

/** Asks for permits: holds them at once if it can, else stands in line. */
function ask(graph: WaitGraph, target: Permits, owner: string, share: number): Wait | undefined {
  const waiting = target.ask(owner, share);
  if (waiting === undefined) return undefined;
  const wait = { waiting, target, at: undefined, isLoose: false };
  graph.add(wait);
  return wait;
}

/**
 * Whether there is any way on for an owner: plays the system forward with every owner that does not wait giving back all it has.
 * An owner that is served stops to wait for anything else, as whoever waits for the first of several.
 */
function canGoOn(owner: string, pools: readonly Permits[]): boolean {
  const held = pools.map((pool) => [...pool.held]), lines = pools.map((pool) => [...pool.line]);
  const isWaiting = (who: string) => lines.some((line) => line.some((waiting) => waiting.owner === who));
  for (let moved = true; moved;) {
    moved = false;
    pools.forEach((pool, at) => {
      const before = held[at]!.length;
      held[at] = held[at]!.filter(({ owner: who }) => who !== undefined && isWaiting(who));
      if (held[at]!.length < before) moved = true;
      const line = lines[at]!, [first] = line;
      const free = pool.capacity - held[at]!.reduce((sum, { share }) => sum + share, 0);
      if (first === undefined || first.share > free) return;
      held[at]!.push(line.shift()!);
      for (const other of lines) {
        other.splice(
          0,
          other.length,
          ...other.filter((waiting) => waiting.owner !== first.owner),
        );
      }
      moved = true;
    });
  }
  return !isWaiting(owner);
}

Deno.test("WaitGraph.stuckWith() is right about every owner, held against playing all forward", () => {
  const step = fc.record({
    owner: fc.integer({ min: 0, max: 4 }),
    pool: fc.integer({ min: 0, max: 2 }),
    share: fc.integer({ min: 1, max: 3 }),
  });
  let circles = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 4, maxLength: 30 }), (steps) => {
      const graph = new WaitGraph("nothing"), pools = [1, 2, 3].map((capacity, at) => new Permits(`p${at}`, capacity));
      for (const { owner, pool, share } of steps) {
        const name = `o${owner}`;
        if (graph.isWaiting(name)) continue; // one line of work
        ask(graph, pools[pool]!, name, Math.min(share, pools[pool]!.capacity));
      }
      const all = [0, 1, 2, 3, 4].map((owner) => `o${owner}`);
      assertEquals(graph.stuckWith(all), new Set(all.filter((name) => !canGoOn(name, pools))));
      for (const name of all) {
        const stuck = graph.stuckWith([name]);
        assertEquals(stuck.has(name), !canGoOn(name, pools), name);
        if (!stuck.has(name)) continue;
        circles++;
        const cycle = graph.cycle(name, stuck);
        assert(cycle.length > 0);
        assert(cycle.every(({ waiting }) => stuck.has(waiting.owner)));
        assertEquals(new Set(cycle.map(({ waiting }) => waiting.owner)).size, cycle.length);
      }
    }),
    { numRuns: 3_000 },
  );
  assert(circles > 300, `only ${circles}`);
});

Deno.test("WaitGraph.surelyStuckWith() takes all to go on who may: plain names, several waits, limits, who did something since", () => {
  const names = [uniqueOwner("a"), uniqueOwner("b")] as const;
  const build = (owners: readonly [string, string]) => {
    const graph = new WaitGraph("nothing"), one = new Permits("one", 1), two = new Permits("two", 1);
    ask(graph, one, owners[0], 1);
    ask(graph, two, owners[1], 1);
    const waits = [ask(graph, two, owners[0], 1), ask(graph, one, owners[1], 1)];
    const surely = () => [...graph.surelyStuckWith(owners)].toSorted();
    return { graph, one, waits, surely };
  };
  assertEquals(build(names).surely(), [...names]);
  assertEquals(build(["a", names[1]]).surely(), []);
  assertEquals(build([names[0], "b"]).surely(), []);
  const loosened = build(names);
  loosened.graph.loosen(names[0]);
  assertEquals(loosened.surely(), []);
  const several = build(names), another = ask(several.graph, several.one, names[1], 1)!;
  assertEquals(several.surely(), []);
  several.graph.delete(another); // it knows how that ended, and may have gone on
  assertEquals(several.surely(), []);
  const limited = build(names);
  limited.graph.delete(limited.waits[0]!);
  limited.graph.add({ ...limited.waits[0]!, waiting: { ...limited.waits[0]!.waiting, isLimited: true } });
  assertEquals(limited.surely(), []);
});

Deno.test("WaitGraph.stuckWith() reads a line again once somebody who stands in it goes on by another of its waits", () => {
  const graph = new WaitGraph("nothing"),
    [two, one, other] = [2, 1, 1].map((capacity, at) => new Permits(`p${at}`, capacity));
  ask(graph, two!, "a", 1);
  ask(graph, other!, "b", 1);
  ask(graph, two!, "large", 2); // a and large keep each other, were it not for one
  ask(graph, one!, "outsider", 1);
  ask(graph, one!, "large", 1);
  ask(graph, two!, "b", 1);
  ask(graph, other!, "a", 1);
  assertEquals(graph.stuckWith(["a", "b", "large"]), new Set());
});

Deno.test("WaitGraph.stuckWith() accuses nobody while somebody outside of the circle holds a permit as well", () => {
  const graph = new WaitGraph("nothing"), two = new Permits("two", 2), one = new Permits("one", 1);
  ask(graph, two, "a", 1);
  ask(graph, two, "outsider", 1);
  ask(graph, one, "b", 1);
  ask(graph, one, "a", 1);
  const wait = ask(graph, two, "b", 1);
  assertEquals(graph.stuckWith(["b"]), new Set());
  const outsider = ask(graph, one, "outsider", 1);
  assertEquals(graph.stuckWith(["b"]), new Set(["b", "a", "outsider"]));
  if (outsider !== undefined) graph.delete(outsider);
  assertEquals(graph.stuckWith(["b"]).size, 0);
  if (wait !== undefined) graph.delete(wait);
  assertEquals([graph.isWaiting("b"), graph.size], [false, 1]);
});

Deno.test("WaitGraph.stuckWith() sees that somebody ahead in line is in the way", () => {
  const graph = new WaitGraph("nothing"), three = new Permits("three", 3);
  ask(graph, three, "a", 2);
  ask(graph, three, "large", 3);
  ask(graph, three, "a", 1); // one is free, but it is not a's turn
  assertEquals(graph.stuckWith(["a"]), new Set(["a", "large"]));
  assertEquals(graph.cycle("a", graph.stuckWith(["a"])).map(({ waiting }) => waiting.owner), ["a", "large"]);
});

/** Steps to find out who of `owners` is stuck. */
function stepsOf(graph: WaitGraph, owners: readonly string[], stuck: readonly string[]): number {
  Permits.steps = 0;
  assertEquals(graph.stuckWith(owners), new Set(stuck));
  return Permits.steps;
}

const COUNT = 1_000, MANY = Array.from({ length: COUNT }, (_, at) => `o${at}`);

Deno.test("WaitGraph.stuckWith() takes a few steps for each who stands in a long line", () => {
  const graph = new WaitGraph("nothing"), one = new Permits("one", 1), other = new Permits("other", 1);
  ask(graph, one, "holder", 1);
  for (const owner of MANY) ask(graph, one, owner, 1);
  const last = MANY.slice(-1);
  assert(stepsOf(graph, last, []) <= 4 * COUNT);
  assert(stepsOf(graph, MANY, []) <= 4 * COUNT);
  ask(graph, other, "outsider", 1);
  ask(graph, other, "holder", 1); // goes on, and so do all after it, though the line was read before
  assert(stepsOf(graph, MANY, []) <= 6 * COUNT);
  ask(graph, one, "outsider", 1);
  assert(stepsOf(graph, MANY, [...MANY, "holder", "outsider"]) <= 4 * COUNT);
});

Deno.test("WaitGraph.stuckWith() takes a few steps for each in a long chain, whichever end is free", () => {
  for (const order of [MANY, MANY.toReversed()]) {
    const graph = new WaitGraph("nothing"), links = MANY.map((name) => new Permits(name, 1));
    MANY.forEach((owner, at) => ask(graph, links[at]!, owner, 1));
    for (const owner of order) {
      const next = links[MANY.indexOf(owner) + 1];
      if (next !== undefined) ask(graph, next, owner, 1);
    }
    assert(stepsOf(graph, ["o0"], []) <= 10 * COUNT);
    assert(stepsOf(graph, order, []) <= 10 * COUNT);
    ask(graph, links[0]!, MANY.at(-1)!, 1);
    assert(stepsOf(graph, ["o0"], MANY) <= 10 * COUNT);
  }
});
