import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { drawGraph, type GraphDrawing } from "./graph_drawing.ts";
import { crossings, type GraphArrow, layered } from "./graph_layers.ts";
import { largePlan } from "./testdata/sample_runs.ts";

const graphs = fc.integer({ min: 1, max: 40 }).chain((states) => {
  const state = fc.nat(states - 1);
  return fc.record({
    states: fc.constant(states),
    arrows: fc.array(fc.record({ from: state, to: state }), { maxLength: 120 }),
  });
});

Deno.test("layered puts each state into one layer, and every arrow but those that close a cycle goes forward", () =>
  fc.assert(fc.property(graphs, ({ states, arrows }) => {
    const { layers, routes } = layered(states, arrows), layerOf = new Map<number, number>();
    layers.forEach((layer, at) =>
      layer.forEach((node) => (assert(!layerOf.has(node), "twice"), layerOf.set(node, at)))
    );
    for (let state = 0; state < states; state++) assert(layerOf.has(state));
    routes.forEach(({ stops, isBack }, index) => {
      const { from, to } = arrows[index]!, ends = isBack ? [to, from] : [from, to];
      assertEquals([stops[0], stops.at(-1)], ends);
      stops.forEach((stop, at) => at > 0 && assertEquals(layerOf.get(stop), layerOf.get(stops[at - 1]!)! + 1));
    });
    assert(layers.every((layer) => layer.length > 0), "no layer is empty");
    if (arrows.every(({ from, to }) => from < to)) assert(routes.every(({ isBack }) => !isBack), "nothing to turn");
  })));

Deno.test("layered never tangles more than the order of definition does", () =>
  fc.assert(fc.property(graphs, ({ states, arrows }) => {
    const graph = layered(states, arrows),
      layers = graph.layers.map((layer) => layer.toSorted((one, other) => one - other));
    assert(crossings(graph) <= crossings({ ...graph, layers }));
  })));

Deno.test("layered untangles what can be drawn without crossings", () => {
  const tree = Array.from({ length: 30 }, (_, at): GraphArrow => ({ from: at >> 1, to: at + 1 })).toReversed();
  assertEquals(crossings(layered(31, tree)), 0);
  const { states, dependenciesOf } = largePlan();
  const many = states.flatMap((state, to) =>
    dependenciesOf(state).map((parent) => ({ from: states.indexOf(parent), to }))
  );
  assert(crossings(layered(states.length, many)) <= 329, "the best of all sweeps counts, not the last, which has 340");
  assertEquals(crossings(layered(4, [{ from: 0, to: 3 }, { from: 1, to: 2 }])), 0);
});

Deno.test("drawGraph has no two states touch, and all of them inside", () =>
  fc.assert(
    fc.property(graphs, ({ states, arrows }) =>
      requireApart(drawGraph(
        Array.from({ length: states }, (_, at) => `s${at}`),
        arrows,
      ))),
  ));

Deno.test("drawGraph gives a hundred states, a chain and a fan room for their names", () => {
  const { states, dependenciesOf } = largePlan();
  const layers = states.flatMap((state, to) =>
    dependenciesOf(state).map((parent) => ({ from: states.indexOf(parent), to }))
  );
  const names = states.map((state) => `${state} of many`);
  const chain = names.slice(1).map((_, at) => ({ from: at, to: at + 1 })),
    fan = names.slice(1).map((_, at) => ({ from: 0, to: at + 1 }));
  for (const arrows of [layers, chain, fan]) {
    const drawing = drawGraph(names, arrows);
    requireApart(drawing);
    assert(drawing.nodeWidth > 17 * 6.6 && drawing.nodeHeight >= 24, "text of 12 pixels fits");
    assert(Math.max(drawing.width, drawing.height) < 8_000, `${drawing.width} by ${drawing.height}`);
    assertEquals(drawing.paths.length, arrows.length);
  }
});

Deno.test("drawGraph draws nothing of nothing", () => {
  assertEquals(drawGraph([], []).nodes, []);
});

function requireApart({ nodes, nodeWidth, nodeHeight, width, height, paths }: GraphDrawing): void {
  nodes.forEach(({ x, y }, at) => {
    assert(x >= 0 && y >= 0 && x + nodeWidth <= width && y + nodeHeight <= height, "a state is outside");
    for (const other of nodes.slice(at + 1)) {
      assert(Math.abs(other.x - x) >= nodeWidth || Math.abs(other.y - y) >= nodeHeight, "two states touch");
    }
  });
  for (const path of paths) {
    for (const [x, y] of [...path.matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map(([, ...pair]) => pair.map(Number))) {
      assert(x! >= 0 && y! >= 0 && x! <= width && y! <= height, `an arrow leaves: ${path}`);
    }
  }
}
