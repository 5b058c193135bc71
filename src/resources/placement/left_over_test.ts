import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LeftOver } from "./left_over.ts";
import { demandOf, NodeTable } from "./testdata/node_table.ts";

Deno.test("LeftOver.of() counts every kind in shares of the largest node, and what is lacking as nothing", () => {
  const table = new NodeTable(3, 3, [8, 100, 0, 4, 50, 0, 2, 0, 0]), leftOver = new LeftOver(table);
  assertEquals([0, 1, 2].map((node) => leftOver.of(node)), [2, 1, 0.25]);
  table.take(0, demandOf(6, 100));
  table.resize(0, 1, 60); // 40 less than what is in use
  assertEquals([leftOver.resize(0), leftOver.of(0)], [true, 0.25]);
  leftOver.weigh();
  assertEquals([leftOver.resize(0), leftOver.of(1)], [false, 0.5 + 50 / 60]);
});

Deno.test("LeftOver.resize() tells when the largest node has become another size, however many there are", () => {
  const table = new NodeTable(3, 1, [8]), leftOver = new LeftOver(table);
  const resize = (node: number, capacity: number) => {
    table.resize(node, 0, capacity);
    return leftOver.resize(node);
  };
  assertEquals([resize(0, 4), resize(1, 6), resize(1, 8), resize(2, 3)], [false, false, false, false]);
  assertEquals(resize(1, 7), true, "the last of the largest has shrunk");
  leftOver.weigh();
  assertEquals([resize(0, 7), resize(1, 2), resize(0, 9)], [false, false, true]);
});

Deno.test("LeftOver orders nodes before a placement as they would be after it, and least() rules out none with room", () =>
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 5 }),
    fc.array(fc.nat(64), { minLength: 5, maxLength: 50 }),
    fc.array(fc.nat(64), { minLength: 5, maxLength: 5 }),
    (kinds, capacity, units) => {
      const nodes = Math.floor(capacity.length / kinds), table = new NodeTable(nodes, kinds, capacity);
      const leftOver = new LeftOver(table), demand = demandOf(...units.slice(0, kinds));
      const fitting = [...Array(nodes).keys()].filter((node) =>
        units.slice(0, kinds).every((need, kind) => need <= table.free[node * kinds + kind]!)
      );
      const before = fitting.map((node) => leftOver.of(node));
      for (const node of fitting) table.take(node, demand);
      const after = fitting.map((node) => leftOver.of(node));
      for (let i = 0; i < fitting.length; i++) {
        assert(before[i]! >= leftOver.least(demand));
        for (let j = 0; j < fitting.length; j++) {
          if (before[i]! < before[j]! - 1e-9) assert(after[i]! < after[j]!);
        }
      }
    },
  )));

Deno.test("LeftOver.least() rules out no node that has just enough, in whatever order the demand names its kinds", () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.nat(98)), { minLength: 2, maxLength: 6 }),
      (kinds) => {
        const capacity = kinds.map(([units]) => units), units = kinds.map(([most, share]) => 1 + share % most);
        const table = new NodeTable(1, kinds.length, capacity), leftOver = new LeftOver(table);
        table.free.set(units);
        const places = [...units.keys()].reverse();
        const demand = { length: places.length, places, units: places.map((kind) => units[kind]!) };
        assert(leftOver.of(0) >= leftOver.least(demand));
      },
    ),
    { numRuns: 500 },
  ));
