import { assertEquals } from "@std/assert";
import { ChangedNodes } from "./changed_nodes.ts";
import { demandOf } from "./demand.ts";
import { KindSet } from "./kind_set.ts";
import { readNodes } from "./node_list.ts";
import { Nodes } from "./nodes.ts";
import { firstFit } from "./placement/mod.ts";
import { Reservations } from "./reservation.ts";

/** Nodes with so many processors each, of which so many are free, and what chooses among them. */
function nodesOf(capacity: readonly number[], free: readonly number[]) {
  const nodes = new Nodes(readNodes({ nodes: capacity.map((cpu) => ({ capacity: { cpu } })) }), firstFit());
  nodes.free.set(free.map((cpu) => nodes.table.unitsOf(cpu, 0)));
  const reservations = new Reservations(nodes), empty = new KindSet(nodes.table);
  return (cpu: number, kept: number, changedNodes: readonly number[] = []) => {
    const changed = new ChangedNodes();
    for (const node of changedNodes) changed.add(node);
    return reservations.choose(demandOf(empty, [0], [nodes.table.unitsOf(cpu, 0)]), kept, changed);
  };
}

Deno.test("Reservations.choose() takes the node that lacks least, and for that of a later choice only one that has changed", () => {
  const choose = nodesOf([10, 10, 10, 10, 2], [3, 5, 5, 4, 2]);
  assertEquals(choose(8, -1), 1, "the first of equals");
  assertEquals(choose(8, 3), 3, "others are not looked at");
  assertEquals(choose(8, 3, [0]), 3);
  assertEquals(choose(8, 3, [0, 2, 1]), 2);
  assertEquals(choose(8, 2, [1]), 2, "equal is not better");
  assertEquals(choose(8, 4), 1, "the one that is kept has become too small");
  assertEquals(choose(11, -1), -1);
  const many = nodesOf(new Array(12).fill(10), [0, ...new Array(11).fill(5)]);
  assertEquals(many(8, 0, [1, 2, 3]), 1);
  assertEquals(many(8, 0, [1, 2, 3, 4, 5, 6, 7, 8, 9]), 0, "too many have changed to know which");
});

Deno.test("Reservations.choose() looks at 64 nodes, from where it stopped last, and at more if none is large enough", () => {
  const oneFree = new Array(200).fill(0).with(100, 3);
  const choose = nodesOf(new Array(200).fill(10), oneFree);
  assertEquals([1, 2, 3, 4].map(() => choose(8, -1)), [0, 100, 128, 192]);
  const oneLarge = nodesOf(new Array(200).fill(1).with(150, 10), new Array(200).fill(0));
  assertEquals([oneLarge(8, -1), oneLarge(8, -1)], [150, 150]);
});

Deno.test("Reservations.choose() goes by the kind that a node lacks most, and counts a node that has lent too much as empty", () => {
  const nodes = new Nodes(readNodes({ nodes: 3, capacity: { cpu: 4, gpu: 4 } }), firstFit());
  nodes.free.set([4, 1, 2, 2, -1, 4].map((amount) => amount * 1e6));
  const demand = demandOf(new KindSet(nodes.table), [0, 1], [4e6, 4e6]);
  const choose = (kept: number, node: number) => {
    const changed = new ChangedNodes();
    changed.add(node);
    return new Reservations(nodes).choose(demand, kept, changed);
  };
  assertEquals([choose(0, 1), choose(1, 0), choose(1, 2), choose(2, 2), choose(2, 0)], [1, 1, 1, 2, 0]);
});
