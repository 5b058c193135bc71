/**
 * Where the states and arrows of a graph are drawn.
 *
 * @module
 */

import { type GraphArrow, layered, type LayeredGraph } from "./graph_layers.ts";

/** A graph as it is drawn; all lengths are pixels. */
export interface GraphDrawing {
  /** Of all of it. */
  readonly width: number;
  /** Of all of it. */
  readonly height: number;
  /** Of every state. */
  readonly nodeWidth: number;
  /** Of every state. */
  readonly nodeHeight: number;
  /** The left upper corner of each state. */
  readonly nodes: readonly { readonly x: number; readonly y: number }[];
  /** The path of each arrow, from its start to its end, as in an SVG. */
  readonly paths: readonly string[];
}

const NODE_HEIGHT = 32;
const CHARACTER_WIDTH = 7;
const ROOM_FOR_MARK = 34;
const LEAST_WIDTH = 84;
const MOST_WIDTH = 190;
/** Between neighbours of a layer, and around an arrow that passes. */
const GAP = 16;
const BEND_SIZE = 8;
/** Between layers. */
const LAYER_GAP = { down: 40, across: 56 };
const MARGIN = 12;
/** A window of these proportions is what a graph is to fit. */
const PROPORTIONS = 1.6;
const ROUNDS = 10;
/** An arrow that goes back is drawn this far beside one that goes forth. */
const ASIDE = 9;

/**
 * Draws a graph in layers, downwards or to the right, whichever fits a window better. States are never smaller than their text needs:
 * a large graph takes more room, in which the page scrolls.
 *
 * Own code, and not a library: a few hundred lines do for graphs of this kind, where the two libraries for it (dagre, ELK) would be a hundred
 * kilobytes to a megabyte in everyone's program.
 *
 * @param names Of the states; the longest makes their width.
 */
export function drawGraph(names: readonly string[], arrows: readonly GraphArrow[]): GraphDrawing {
  const longest = names.reduce((most, name) => Math.max(most, name.length), 0);
  const nodeWidth = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, Math.ceil(longest * CHARACTER_WIDTH) + ROOM_FOR_MARK));
  const graph = layered(names.length, arrows);
  const depth = graph.layers.length, breadth = graph.layers.reduce((most, layer) => Math.max(most, layer.length), 0);
  const misfit = (width: number, height: number) => Math.max(width / PROPORTIONS, height);
  const isDown = misfit(breadth * (nodeWidth + GAP), depth * (NODE_HEIGHT + LAYER_GAP.down)) <=
    misfit(depth * (nodeWidth + LAYER_GAP.across), breadth * (NODE_HEIGHT + GAP));
  return isDown
    ? place(graph, { along: NODE_HEIGHT, aside: nodeWidth, gap: LAYER_GAP.down, isDown })
    : place(graph, { along: nodeWidth, aside: NODE_HEIGHT, gap: LAYER_GAP.across, isDown });
}

interface Direction {
  /** Size of a state in the direction of the arrows. */
  readonly along: number;
  /** Size across it. */
  readonly aside: number;
  /** Between layers. */
  readonly gap: number;
  /** Whether arrows go down; otherwise to the right. */
  readonly isDown: boolean;
}

function place(graph: LayeredGraph, { along, aside, gap, isDown }: Direction): GraphDrawing {
  const sizeOf = (node: number) => node < graph.nodes ? aside : BEND_SIZE;
  const centres = centresOf(graph, sizeOf);
  const least = centres.reduce((min, centre, node) => Math.min(min, centre - sizeOf(node) / 2), Infinity);
  const most = centres.reduce((max, centre, node) => Math.max(max, centre + sizeOf(node) / 2), -Infinity);
  const layerOf: number[] = [];
  graph.layers.forEach((layer, at) => layer.forEach((node) => layerOf[node] = at));
  const start = (node: number) => MARGIN + layerOf[node]! * (along + gap);
  const across = (node: number) => MARGIN + centres[node]! - least;
  const point = (alongAt: number, asideAt: number) =>
    isDown ? `${round(asideAt)} ${round(alongAt)}` : `${round(alongAt)} ${round(asideAt)}`;
  const length = MARGIN * 2 + graph.layers.length * (along + gap) - gap;
  const breadth = MARGIN * 2 + (graph.nodes === 0 ? 0 : most - least) + ASIDE * 2;
  return {
    width: Math.ceil(isDown ? breadth : length),
    height: Math.ceil(isDown ? length : breadth),
    nodeWidth: isDown ? aside : along,
    nodeHeight: isDown ? along : aside,
    nodes: Array.from({ length: graph.nodes }, (_, node) => {
      const edge = across(node) - aside / 2;
      return isDown ? { x: round(edge), y: round(start(node)) } : { x: round(start(node)), y: round(edge) };
    }),
    paths: graph.routes.map(({ stops, isBack }) => {
      const shift = isBack ? ASIDE : 0;
      if (stops.length === 1) return loopPath(start(stops[0]!), across(stops[0]!) + aside / 2, { along, point });
      const ends = stops.flatMap((stop, at): [number, number][] => {
        const asideAt = across(stop) + shift, isState = stop < graph.nodes;
        if (!isState) return [[start(stop), asideAt], [start(stop) + along, asideAt]];
        return [[at === 0 ? start(stop) + along : start(stop), asideAt]];
      });
      if (isBack) ends.reverse();
      return curve(ends, point);
    }),
  };
}

/** A smooth line; between layers it bends, along a layer it is straight. */
function curve(ends: readonly (readonly [number, number])[], point: (along: number, aside: number) => string): string {
  let path = `M${point(ends[0]![0], ends[0]![1])}`;
  for (let at = 1; at < ends.length; at++) {
    const [fromAlong, fromAside] = ends[at - 1]!, [toAlong, toAside] = ends[at]!, middle = (fromAlong + toAlong) / 2;
    path += fromAside === toAside
      ? `L${point(toAlong, toAside)}`
      : `C${point(middle, fromAside)} ${point(middle, toAside)} ${point(toAlong, toAside)}`;
  }
  return path;
}

function loopPath(
  start: number,
  edge: number,
  { along, point }: { readonly along: number; readonly point: (along: number, aside: number) => string },
): string {
  const out = start + along * 0.7, back = start + along * 0.3, far = edge + ASIDE * 2;
  return `M${point(out, edge)}C${point(out, far)} ${point(back, far)} ${point(back, edge)}`;
}

/**
 * The middle of each state and bend across the arrows: by turns, each layer is moved as near to its neighbours as the order and the gaps
 * allow, which is a regression under an order, solved exactly by pooling neighbours that would overlap.
 */
function centresOf({ layers, routes, nodes }: LayeredGraph, sizeOf: (node: number) => number): number[] {
  const centres: number[] = [];
  for (const layer of layers) {
    let edge = 0;
    for (const node of layer) {
      centres[node] = edge + sizeOf(node) / 2;
      edge += sizeOf(node) + GAP;
    }
  }
  const before = centres.map((): number[] => []), after = centres.map((): number[] => []);
  for (const { stops } of routes) {
    for (let at = 1; at < stops.length; at++) {
      after[stops[at - 1]!]!.push(stops[at]!);
      before[stops[at]!]!.push(stops[at - 1]!);
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    const isDown = round % 2 === 0;
    for (const layer of isDown ? layers : layers.toReversed()) {
      const wishes = layer.map((node) => {
        const near = isDown ? before[node]! : after[node]!;
        const both = near.length > 0 ? near : isDown ? after[node]! : before[node]!;
        if (both.length === 0) return { wish: centres[node]!, weight: 0.1 };
        return {
          wish: both.reduce((sum, other) => sum + centres[other]!, 0) / both.length,
          weight: node >= nodes ? 4 : 1, // an arrow that passes stays straight sooner than a state stays in the middle
        };
      });
      const offsets: number[] = [];
      layer.forEach((node, at) => {
        const last = layer[at - 1];
        offsets.push(last === undefined ? 0 : offsets[at - 1]! + sizeOf(last) / 2 + GAP + sizeOf(node) / 2);
      });
      const free = rising(wishes.map(({ wish, weight }, at) => ({ wish: wish - offsets[at]!, weight })));
      layer.forEach((node, at) => centres[node] = free[at]! + offsets[at]!);
    }
  }
  return centres;
}

/** The numbers nearest to the wishes, by weighted squares, that never fall: pooling adjacent violators. */
function rising(wishes: readonly { readonly wish: number; readonly weight: number }[]): number[] {
  const pools: { sum: number; weight: number; count: number }[] = [];
  for (const { wish, weight } of wishes) {
    let pool = { sum: wish * weight, weight, count: 1 };
    for (
      let last = pools.at(-1);
      last !== undefined && last.sum / last.weight > pool.sum / pool.weight;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = { sum: last.sum + pool.sum, weight: last.weight + pool.weight, count: last.count + pool.count };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ sum, weight, count }) => Array.from({ length: count }, () => sum / weight));
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
