import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { joinByRank, MOST_OVERTAKES, type RankedNode } from "./ranked_line.ts";
import { WaitLine } from "./wait_line.ts";

class Node implements RankedNode<Node> {
  previous: Node | undefined = undefined;
  next: Node | undefined = undefined;
  overtaken = 0;

  constructor(readonly level: number, readonly id: number) {}
}

function ids(line: WaitLine<Node>): number[] {
  const found: number[] = [];
  for (let node = line.first; node !== undefined; node = node.next) found.push(node.id);
  return found;
}

Deno.test("joinByRank() puts the urgent first, and equals in order of arrival", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: MOST_OVERTAKES }), (levels) => {
    const line = new WaitLine<Node>();
    levels.forEach((level, id) => joinByRank(line, new Node(level, id)));
    const expected = levels.map((level, id) => ({ level, id })).sort((a, b) => b.level - a.level || a.id - b.id);
    assertEquals(ids(line), expected.map(({ id }) => id));
  }));
});

Deno.test("joinByRank() lets at most MOST_OVERTAKES go ahead of anybody, whoever comes and goes", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3, max: 9 }), { minLength: 500, maxLength: 2_000 }), (steps) => {
      const line = new WaitLine<Node>(), passed = new Map<number, number>();
      joinByRank(line, new Node(0, -1));
      steps.forEach((step, id) => {
        if (step < 0 && line.size > 1) return line.remove(line.first!);
        joinByRank(line, new Node(Math.abs(step), id));
        const order = ids(line);
        for (const waiter of order.slice(order.indexOf(id) + 1)) passed.set(waiter, (passed.get(waiter) ?? 0) + 1);
      });
      for (const times of passed.values()) assert(times <= MOST_OVERTAKES);
    }),
    { numRuns: 30 },
  );
});
