import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DemandSample, SAMPLE_SIZE } from "./demand_sample.ts";
import { FitGrid } from "./fit_grid.ts";
import { PAGE_SIZE, Pages } from "./pages.ts";
import { demandOf } from "./testdata/node_table.ts";

const amounts = fc.array(fc.nat(20), { minLength: 10, maxLength: 10 });

Deno.test("DemandSample.quantiles() are all amounts if they are few, and spread by use if they are many", () => {
  const sample = new DemandSample(2);
  for (const units of [5, 3, 5, 9]) sample.note(demandOf(units, 0));
  assertEquals(sample.quantiles(0, 3), [3, 5, 9]);
  assertEquals(sample.quantiles(1, 3), []);
  assertEquals([...sample.uses], [4, 0]);
  for (let i = 0; i < SAMPLE_SIZE; i++) sample.note(demandOf(0, i < SAMPLE_SIZE / 2 ? 7 : 100 + i));
  assertEquals([...sample.uses], [0, SAMPLE_SIZE], "the oldest are forgotten");
  assertEquals(sample.quantiles(0, 3), []);
  assertEquals(sample.quantiles(1, 4), [7, 132, 133, 148]);
});

/** A grid over some nodes in one page each level, which has learned from demands. */
function learn(nodes: number[][], kinds: number, demands: number[][]) {
  const pages = new Pages(nodes.length, PAGE_SIZE / 2), sample = new DemandSample(kinds);
  pages.load([...nodes.keys()], PAGE_SIZE);
  for (const units of demands) sample.note(demandOf(...units.slice(0, kinds)));
  const grid = new FitGrid(pages, sample);
  grid.fill(pages.root, Float64Array.from(nodes.flatMap((free) => free.slice(0, kinds))), kinds);
  return { pages, grid };
}

const grids = fc.record({
  kinds: fc.integer({ min: 1, max: 10 }),
  nodes: fc.array(amounts, { minLength: 1, maxLength: 40, size: "max" }),
  demands: fc.array(amounts, { minLength: 1, maxLength: 80, size: "max" }),
  changes: fc.array(fc.tuple(fc.nat(39), fc.option(amounts)), { maxLength: 40, size: "max" }),
});

Deno.test("FitGrid never misses a node that has room, nor a page above one, whatever has changed since", () =>
  fc.assert(
    fc.property(grids, amounts, ({ kinds, nodes, demands, changes }, units) => {
      const { pages, grid } = learn(nodes, kinds, demands), free: (number[] | null)[] = [...nodes];
      for (const [at, after] of changes) {
        const node = at % nodes.length;
        free[node] = after;
        if (after === null) grid.forget(node);
        else grid.note(node, Float64Array.from(after), 0);
      }
      const demand = units.slice(0, kinds);
      grid.seek(demandOf(...demand));
      free.forEach((has, node) => {
        if (has === null || !demand.every((need, kind) => need <= has[kind]!)) return;
        for (let id = node; id >= 0; id = pages.parents[id]!) assert(grid.mayFit(id), `${id} is above ${node}`);
      });
    }),
    { numRuns: 300 },
  ));

Deno.test("FitGrid tells exactly where there is room for the amounts that it has learned", () =>
  fc.assert(
    fc.property(grids, fc.nat(), ({ kinds, nodes, changes }, which) => {
      const few = Math.min(kinds, 3), shapes = [[5, 3, 9], [2, 8, 4], [7, 0, 1], [1, 1, 0]];
      const { pages, grid } = learn(nodes, few, shapes), free: (number[] | null)[] = [...nodes];
      for (const [at, after] of changes) {
        const node = at % nodes.length;
        free[node] = after;
        if (after === null) grid.forget(node);
        else grid.note(node, Float64Array.from(after), 0);
      }
      const demand = shapes[which % shapes.length]!.slice(0, few);
      if (demand.every((units) => units === 0)) return;
      grid.seek(demandOf(...demand));
      const fitting = new Set<number>();
      free.forEach((has, node) => {
        if (has === null || !demand.every((need, kind) => need <= has[kind]!)) return;
        for (let id = node; id >= 0; id = pages.parents[id]!) fitting.add(id);
      });
      for (let id = 0; id <= pages.root; id++) assertEquals(grid.mayFit(id), fitting.has(id), `${id}`);
    }),
    { numRuns: 300 },
  ));
