import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { bestFit, customPlacement, firstFit, worstFit } from "./mod.ts";
import type { Demand, Placement } from "./placement.ts";
import { demandOf, integers, NodeTable } from "./testdata/node_table.ts";
import { hasRoom, plainBestFit, plainFirstFit, plainWorstFit, type Reference } from "./testdata/reference.ts";

const anyThatFits = customPlacement("last fit", (nodes, request) => nodes.findLast((node) => node.fits(request)));
const plainLastFit: Reference = (nodes, demand) => {
  let node = nodes.nodes - 1;
  while (node >= 0 && !hasRoom(nodes, node, demand)) node--;
  return node;
};

const STRATEGIES: readonly { placement: Placement; reference: Reference }[] = [
  { placement: firstFit(), reference: plainFirstFit },
  { placement: bestFit(), reference: plainBestFit },
  { placement: worstFit(), reference: plainWorstFit },
  { placement: anyThatFits, reference: plainLastFit },
];

/** Numbers are taken modulo what there is, so that a shrunken script still means something. */
const call = fc.record({
  kind: fc.constantFrom("take", "take", "take", "give", "give", "resize", "probe"),
  node: fc.nat(9_999),
  units: fc.array(fc.nat(8), { minLength: 5, maxLength: 5 }),
});

const script = fc.record({
  nodes: fc.constantFrom(1, 2, 13, 15, 16, 17, 40, 1_000),
  kinds: fc.integer({ min: 1, max: 5 }),
  capacity: fc.array(fc.constantFrom(0, 4, 7, 8, 12), { minLength: 5, maxLength: 11 }),
  seed: fc.nat(),
  calls: fc.array(call, { maxLength: 120, size: "max" }),
});

/** Makes a pool of which random nodes are partly in use. */
function openTable(
  { nodes, kinds, capacity, seed }: { nodes: number; kinds: number; capacity: number[]; seed: number },
) {
  const table = new NodeTable(nodes, kinds, capacity), random = integers(seed);
  for (let node = 0; node < nodes; node++) {
    const used = Array.from({ length: kinds }, (_, kind) => random(table.capacity[node * kinds + kind]! + 1));
    if (random(3) > 0) table.take(node, demandOf(...used));
  }
  return table;
}

for (const { placement, reference } of STRATEGIES) {
  Deno.test(`${placement.name} chooses what the plain model chooses, whatever is taken, given back and resized`, () =>
    fc.assert(
      fc.property(script, (all) => {
        const table = openTable(all), index = placement.open(table);
        table.indexes.push(index);
        for (const { kind, node, units } of all.calls) {
          if (kind === "give") {
            if (table.leases.length > 0) table.give(node % table.leases.length);
          } else if (kind === "resize") {
            table.resize(node % all.nodes, units[0]! % all.kinds, units[1]! * 2);
          } else {
            const demand = demandOf(...units.slice(0, all.kinds));
            if (demand.length === 0) continue;
            const chosen = index.find(demand);
            assertEquals(chosen, reference(table, demand));
            if (chosen >= 0 && kind === "take") table.take(chosen, demand);
          }
        }
      }),
      { numRuns: 300 },
    ));

  Deno.test(`${placement.name} does not depend on the order of updates, nor on how often they come`, () =>
    fc.assert(
      fc.property(script, fc.nat(), ({ calls, ...all }, seed) => {
        const table = openTable(all), late = placement.open(table), random = integers(seed);
        for (const { node, units } of calls) table.resize(node % all.nodes, units[0]! % all.kinds, units[1]! * 2);
        const order = [...Array(all.nodes).keys()];
        for (let i = 0; i < 2 * all.nodes; i++) order.push(random(all.nodes));
        for (let i = order.length - 1; i > 0; i--) {
          const j = random(i + 1), swapped = order[i]!;
          order[i] = order[j]!;
          order[j] = swapped;
        }
        for (const node of order) late.update(node);
        const fresh = placement.open(table);
        for (const { units } of calls) {
          const demand = demandOf(...units.slice(0, all.kinds));
          if (demand.length === 0) continue;
          assertEquals(late.find(demand), reference(table, demand));
          assertEquals(fresh.find(demand), reference(table, demand));
        }
      }),
      { numRuns: 50 },
    ));

  const nodes = placement === anyThatFits ? 100 : 1_000; // one that looks at every node has nothing that large pools try
  for (const kinds of [1, 2, 3, 5, 10]) {
    Deno.test(`${placement.name} chooses what the plain model chooses among ${nodes} nodes that fill up, ${kinds} kinds`, () => {
      const table = new NodeTable(nodes, kinds, [400, 1_000, 0, 700, 600, 900, 1_000]);
      const index = placement.open(table), random = integers(kinds);
      table.indexes.push(index);
      let refused = 0, held = 0;
      for (let i = 0, inARow = 0; i < 4_000 || inARow < 20; i++) {
        const demand = randomDemand(kinds, random), chosen = index.find(demand);
        if (i % 5 === 0) assertEquals(chosen, reference(table, demand), `request ${i}`);
        if (chosen >= 0) table.take(chosen, demand);
        inARow = chosen >= 0 ? 0 : inARow + 1;
        held = table.leases.length;
      }
      for (let i = 0; i < 1_500; i++) {
        const demand = randomDemand(kinds, random), chosen = index.find(demand);
        assertEquals(chosen, reference(table, demand), `request ${i} of the full pool`);
        if (chosen >= 0) table.take(chosen, demand);
        else refused++;
        if (i % 2 === 0) table.give(random(table.leases.length));
      }
      assert(held > nodes, `the pool was never full: ${held}`);
      assert(refused > 180, `the pool did not stay full: ${refused}`);
    });
  }

  Deno.test(`${placement.name} gives a node shrunk below its use nothing of that kind, but of others`, () => {
    const table = new NodeTable(1, 2, [10, 10]), index = placement.open(table);
    table.indexes.push(index);
    table.take(0, demandOf(8, 0));
    table.resize(0, 0, 5);
    assertEquals(table.free[0], -3);
    assertEquals([demandOf(1, 0), demandOf(1, 1), demandOf(0, 10)].map((demand) => index.find(demand)), [-1, -1, 0]);
    table.give(0);
    assertEquals([demandOf(5, 1), demandOf(6, 1)].map((demand) => index.find(demand)), [0, -1]);
  });
}

/** Sizes with a heavy tail, of some of the kinds. */
function randomDemand(kinds: number, random: (bound: number) => number): Demand {
  const needed = random(kinds);
  return demandOf(
    ...Array.from({ length: kinds }, (_, kind) => {
      return kind === needed || random(3) > 0 ? Math.min(350, Math.ceil(2_000 / (1 + random(100)))) : 0;
    }),
  );
}
