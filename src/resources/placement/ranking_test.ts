import { assert, assertEquals } from "@std/assert";
import { Ranking } from "./ranking.ts";
import { demandOf, integers, NodeTable } from "./testdata/node_table.ts";
import { plainBestFit, plainWorstFit } from "./testdata/reference.ts";

const CAPACITY = 1_000_000;

for (const [name, direction, reference] of [["best", 1, plainBestFit], ["worst", -1, plainWorstFit]] as const) {
  Deno.test(`Ranking for ${name} fit stays in order and shallow while nodes move together, from one end to the other`, () => {
    const nodes = 2_000, table = new NodeTable(nodes, 1, [CAPACITY]), random = integers(direction);
    const index = new Ranking(table, direction);
    // Whole pages run empty in one place and are split in another, on every level.
    for (let phase = 0; phase < 60; phase++) {
      const width = [1, 30, 1_000, CAPACITY][random(4)]!, from = random(CAPACITY - width + 1), first = random(nodes);
      const moving = phase % 3 === 0 ? nodes : random(nodes);
      for (let i = 0; i < moving; i++) {
        const node = phase % 2 === 0 ? (first + i) % nodes : random(nodes);
        table.free[node] = from + random(width);
        index.update(node);
        if (i % 50 !== 0) continue;
        for (const units of [1, Math.max(from, 1), 1 + random(CAPACITY)]) {
          const demand = demandOf(units);
          assertEquals(index.find(demand), reference(table, demand), `phase ${phase}, node ${i}`);
          // A page has 4 children or more, so that 2,000 nodes need no more than 6 levels.
          assert(index.opened <= 6, `opened ${index.opened} pages`);
        }
      }
    }
  });
}

Deno.test("Ranking makes do with one page again when two have become one", () => {
  const table = new NodeTable(13, 1, [100]), index = new Ranking(table, 1), demand = demandOf(1);
  assertEquals([index.find(demand), index.opened], [0, 2]);
  for (let node = 0; node < 3; node++) {
    table.free[node] = 50 - node;
    index.update(node);
  }
  for (let node = 12; node > 8; node--) { // from the second page to the first
    table.free[node] = node;
    index.update(node);
  }
  assertEquals([index.find(demand), index.opened], [9, 1]);
});

Deno.test("Ranking sorts anew when the largest node changes, and not before it is asked", () => {
  const table = new NodeTable(50, 2, [8, 8]), index = new Ranking(table, 1);
  table.indexes.push(index);
  table.take(20, demandOf(0, 3)); // 1 + 5/8 are left
  table.take(30, demandOf(2, 0)); // 6/8 + 1
  assertEquals(index.find(demandOf(1, 1)), 20);
  for (let node = 0; node < 50; node++) table.resize(node, 1, 80); // now 1 + 77/80 against 6/8 + 1
  assertEquals(index.find(demandOf(1, 1)), 30);
});
