import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Contested, type ContestedHolding, type LetsGo, type OwnedWait, servedInOrder } from "./contested.ts";
import { type Wait, WaitGraph } from "./wait_graph.ts";

/** Permits, without any of the machinery around them. */
class Permits implements Contested {
  readonly noun = "permits";
  readonly held: (ContestedHolding & { readonly share: number })[] = [];
  readonly line: (OwnedWait & { readonly share: number })[] = [];

  constructor(readonly name: string, readonly capacity: number) {}

  get free(): number {
    return this.capacity - this.held.reduce((sum, { share }) => sum + share, 0);
  }

  holdings() {
    return this.held;
  }

  waits() {
    return this.line;
  }

  served(letsGo: LetsGo) {
    return servedInOrder({ holdings: this.held, waits: this.line }, { capacity: this.capacity, weigh: Number }, letsGo);
  }
}

/** Asks for permits: holds them at once if it can, else stands in line. */
function ask(graph: WaitGraph, target: Permits, owner: string, share: number): Wait | undefined {
  if (target.line.length === 0 && share <= target.free) {
    target.held.push({ owner, share });
    return undefined;
  }
  const waiting = { owner, share, giveUp() {} };
  target.line.push(waiting);
  const wait = { waiting, target, at: undefined };
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
      const graph = new WaitGraph(), pools = [1, 2, 3].map((capacity, at) => new Permits(`p${at}`, capacity));
      for (const { owner, pool, share } of steps) {
        const name = `o${owner}`;
        if (graph.isWaiting(name)) continue; // one line of work
        ask(graph, pools[pool]!, name, Math.min(share, pools[pool]!.capacity));
      }
      for (let owner = 0; owner <= 4; owner++) {
        const name = `o${owner}`, stuck = graph.stuckWith(name);
        assertEquals(stuck.size > 0, !canGoOn(name, pools), name);
        if (stuck.size === 0) continue;
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

Deno.test("WaitGraph.stuckWith() accuses nobody while somebody outside of the circle holds a permit as well", () => {
  const graph = new WaitGraph(), two = new Permits("two", 2), one = new Permits("one", 1);
  ask(graph, two, "a", 1);
  ask(graph, two, "outsider", 1);
  ask(graph, one, "b", 1);
  ask(graph, one, "a", 1);
  const wait = ask(graph, two, "b", 1);
  assertEquals(graph.stuckWith("b"), new Set());
  const outsider = ask(graph, one, "outsider", 1);
  assertEquals(graph.stuckWith("b"), new Set(["b", "a", "outsider"]));
  if (outsider !== undefined) graph.delete(outsider);
  assertEquals(graph.stuckWith("b").size, 0);
  if (wait !== undefined) graph.delete(wait);
  assertEquals([graph.isWaiting("b"), graph.size], [false, 1]);
});

Deno.test("WaitGraph.stuckWith() sees that somebody ahead in line is in the way", () => {
  const graph = new WaitGraph(), three = new Permits("three", 3);
  ask(graph, three, "a", 2);
  ask(graph, three, "large", 3);
  ask(graph, three, "a", 1); // one is free, but it is not a's turn
  assertEquals(graph.stuckWith("a"), new Set(["a", "large"]));
  assertEquals(graph.cycle("a", graph.stuckWith("a")).map(({ waiting }) => waiting.owner), ["a", "large"]);
});
