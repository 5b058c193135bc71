import { assert, assertEquals } from "@std/assert";
import { Headroom } from "./headroom.ts";
import { PAGE_SIZE, Pages } from "./pages.ts";
import type { Demand } from "./placement.ts";
import { demandOf, integers } from "./testdata/node_table.ts";

const NODES = 10_000;
const DEPTH = Math.ceil(Math.log(NODES) / Math.log(PAGE_SIZE));

/** All nodes in the order of their numbers. */
function open(kinds: number, free: (node: number) => number[]) {
  const pages = new Pages(NODES, PAGE_SIZE / 2);
  pages.load([...Array(NODES).keys()], PAGE_SIZE);
  const headroom = new Headroom(pages, kinds, false);
  const note = (node: number, units: number[]) => headroom.note(node, Float64Array.from(units), 0, 0);
  for (let node = 0; node < NODES; node++) note(node, free(node));
  return { headroom, note };
}

Deno.test("Headroom.find() of one kind opens one page a level, and none in vain, whatever has changed", () => {
  const random = integers(1), free = Array.from({ length: NODES }, () => random(50));
  const { headroom, note } = open(1, (node) => [free[node]!]);
  for (let units = 50; units > 0; units--) {
    const first = free.findIndex((has) => has >= units);
    assertEquals(headroom.find(demandOf(units), 0), first);
    assertEquals(headroom.opened, first < 0 ? 1 : DEPTH);
    for (let node = 0; node < NODES; node++) if (free[node] === units) note(node, [free[node] = random(units)]);
    assertEquals(headroom.find(demandOf(units), 0), -1);
    assertEquals(headroom.opened, 1, "no page remembers what was free once");
  }
});

Deno.test("Headroom.find() of several kinds stops to backtrack once it has learned what is asked for", () => {
  // Every node has run out of one kind, neighbours of different ones: no maximum tells that there is no room.
  const { headroom, note } = open(3, (node) => [0, 1, 2].map((kind) => kind === node % 3 ? 1 : 9));
  const shapes = [demandOf(2, 2, 2), demandOf(3, 2, 4), demandOf(2, 5, 7)];
  const find = (demand: Demand) => [headroom.find(demand, 0), headroom.opened];
  const [nowhere, opened] = find(shapes[0]!);
  assertEquals(nowhere, -1);
  assert(opened! > NODES / PAGE_SIZE, `without the grid, all pages are opened, not ${opened}`);
  for (let i = 0; i < 100; i++) find(shapes[i % 3]!);
  assertEquals(shapes.map(find), [[-1, 1], [-1, 1], [-1, 1]]);
  note(9_999, [3, 3, 5]);
  assertEquals(shapes.map(find), [[9_999, DEPTH], [9_999, DEPTH], [-1, 1]]);
  note(9_999, [3, 1, 5]);
  note(4_000, [2, 2, 2]);
  assertEquals(shapes.map(find), [[4_000, DEPTH], [-1, 1], [-1, 1]]);

  const others = [demandOf(4, 4, 0), demandOf(0, 6, 6)]; // two kinds are on every node whose third has run out
  assertEquals(others.map((demand) => find(demand)[0]), [2, 0]);
});

Deno.test("Headroom.find() learns anew when other amounts are asked for", () => {
  // Of the first two kinds no node has 2, nor of the other two; of any other pair, half of the nodes have.
  const { headroom } = open(4, (node) => node % 2 === 0 ? [1, 9, 1, 9] : [9, 1, 9, 1]);
  for (const demand of [demandOf(2, 2), demandOf(0, 0, 2, 2)]) {
    assertEquals(headroom.find(demand, 0), -1);
    assert(
      headroom.opened > NODES / PAGE_SIZE,
      `what was learned before does not help, yet only ${headroom.opened} opened`,
    );
    for (let i = 0; i < 100; i++) assertEquals(headroom.find(demand, 0), -1);
    assertEquals(headroom.opened, 1);
  }
});

Deno.test("Headroom.find() learns from what is expensive, however often something cheap is asked for between", () => {
  // Of the first two kinds no node has 2, nor of the other two; of any other pair, half of the nodes have.
  const { headroom } = open(4, (node) => node % 2 === 0 ? [1, 9, 1, 9] : [9, 1, 9, 1]);
  const cheap = demandOf(2, 0, 2);
  for (const demand of [demandOf(2, 2), demandOf(0, 0, 2, 2)]) { // before there is a grid, and with one that does not help
    for (let i = 0; i < 100; i++) {
      assertEquals(headroom.find(demand, 0), -1);
      for (let again = 0; again < 2_000; again++) assertEquals(headroom.find(cheap, 0), 1);
    }
    assertEquals(headroom.find(demand, 0), -1);
    assertEquals(headroom.opened, 1);
  }
});
