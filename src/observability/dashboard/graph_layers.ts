/**
 * States in layers, so that arrows go one way and cross little.
 *
 * @module
 */

/** An arrow between two states, which are numbers from 0. */
export interface GraphArrow {
  /** From which state. */
  readonly from: number;
  /** To which. */
  readonly to: number;
}

/** A graph in layers. Numbers below `nodes` are states, the others bends: where an arrow passes a layer. */
export interface LayeredGraph {
  /** How many states there are. */
  readonly nodes: number;
  /** Layers from the first to the last; in each, states and bends side by side. */
  readonly layers: readonly (readonly number[])[];
  /** For each arrow all it passes, from the layer before to the layer after: of one that goes back, that is from its end to its start. */
  readonly routes: readonly { readonly stops: readonly number[]; readonly isBack: boolean }[];
}

/** With more bends than this, arrows over many layers go straight: nobody could follow them anyway. */
const MOST_BENDS = 4_000;
/** How often each layer is sorted by its neighbours; more changes little. */
const SWEEPS = 12;

/**
 * The method of Sugiyama, Tagawa and Toda (1981): arrows that close a cycle are turned, each state is put one layer after the last it
 * follows, arrows over several layers get a bend in each, and layers are sorted by the mean of their neighbours, of which
 * the order with the fewest crossings is kept. Arrows from a state to itself pass nothing but it. O(sweeps × (states + bends + arrows) log).
 */
export function layered(nodes: number, arrows: readonly GraphArrow[]): LayeredGraph {
  const isBack = backArrows(nodes, arrows);
  const forward = arrows.map(({ from, to }, index) => isBack[index] ? { from: to, to: from } : { from, to });
  const layerOf = layersOf(nodes, forward);
  const routes = routesOf(layerOf, forward);
  const layers: number[][] = [];
  layerOf.forEach((layer, node) => (layers[layer] ??= []).push(node));
  return {
    nodes,
    layers: sorted(layers, layerOf, routes),
    routes: routes.map((stops, index) => ({ stops, isBack: isBack[index] === true })),
  };
}

/** How often arrows between two neighbouring layers cross. */
export function crossings({ layers, routes }: LayeredGraph): number {
  return countCrossings(layers, neighboursOf(routes, layers).after);
}

/** Which arrows close a cycle, as a search from the first state on finds them. */
function backArrows(nodes: number, arrows: readonly GraphArrow[]): boolean[] {
  const outgoing = Array.from({ length: nodes }, (): number[] => []);
  arrows.forEach(({ from }, index) => outgoing[from]!.push(index));
  const isBack: boolean[] = [], mark = new Uint8Array(nodes); // 0: not seen, 1: on the path, 2: done
  for (let root = 0; root < nodes; root++) {
    if (mark[root] !== 0) continue;
    mark[root] = 1;
    const path = [{ node: root, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const arrow = outgoing[top.node]![top.next++];
      if (arrow === undefined) {
        mark[top.node] = 2;
        path.pop();
        continue;
      }
      const { to } = arrows[arrow]!;
      isBack[arrow] = mark[to] === 1 && to !== top.node;
      if (mark[to] !== 0) continue;
      mark[to] = 1;
      path.push({ node: to, next: 0 });
    }
  }
  return isBack;
}

/** The longest way to each state. */
function layersOf(nodes: number, forward: readonly GraphArrow[]): number[] {
  const layerOf = Array.from({ length: nodes }, () => 0), open = Array.from({ length: nodes }, () => 0);
  const outgoing = Array.from({ length: nodes }, (): number[] => []);
  for (const { from, to } of forward) {
    if (from === to) continue;
    outgoing[from]!.push(to);
    open[to]!++;
  }
  const ready = open.flatMap((count, node) => count === 0 ? [node] : []);
  for (const node of ready) { // grows meanwhile
    for (const to of outgoing[node]!) {
      layerOf[to] = Math.max(layerOf[to]!, layerOf[node]! + 1);
      if (--open[to]! === 0) ready.push(to);
    }
  }
  return layerOf;
}

/** What each arrow passes; adds its bends to `layerOf`. */
function routesOf(layerOf: number[], forward: readonly GraphArrow[]): number[][] {
  let bends = 0;
  for (const { from, to } of forward) bends += Math.max(0, layerOf[to]! - layerOf[from]! - 1);
  return forward.map(({ from, to }) => {
    const stops = [from];
    if (bends <= MOST_BENDS) {
      for (let layer = layerOf[from]! + 1; layer < layerOf[to]!; layer++) stops.push(layerOf.push(layer) - 1);
    }
    if (from !== to) stops.push(to);
    return stops;
  });
}

interface Neighbours {
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
}

function neighboursOf(
  routes: readonly { readonly stops: readonly number[] }[],
  layers: readonly (readonly number[])[],
): Neighbours {
  const count = layers.reduce((sum, layer) => sum + layer.length, 0);
  const before = Array.from({ length: count }, (): number[] => []),
    after = Array.from({ length: count }, (): number[] => []);
  for (const { stops } of routes) {
    for (let at = 1; at < stops.length; at++) {
      after[stops[at - 1]!]!.push(stops[at]!);
      before[stops[at]!]!.push(stops[at - 1]!);
    }
  }
  return { before, after };
}

function sorted(layers: number[][], layerOf: readonly number[], routes: readonly (readonly number[])[]): number[][] {
  const { before, after } = neighboursOf(routes.map((stops) => ({ stops })), layers);
  const place = layerOf.map(() => 0);
  const settle = (layer: readonly number[]) => layer.forEach((node, at) => place[node] = at);
  layers.forEach(settle);
  let best = layers.map((layer) => [...layer]), fewest = countCrossings(layers, after);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep++) {
    const isDown = sweep % 2 === 0, neighbours = isDown ? before : after;
    for (const layer of isDown ? layers : layers.toReversed()) {
      const mean = new Map(layer.map((node) => [node, meanPlace(neighbours[node]!, place, place[node]!)]));
      layer.sort((one, other) => mean.get(one)! - mean.get(other)! || place[one]! - place[other]!);
      settle(layer);
    }
    const found = countCrossings(layers, after);
    if (found >= fewest) continue;
    fewest = found;
    best = layers.map((layer) => [...layer]);
  }
  return best;
}

function meanPlace(neighbours: readonly number[], place: readonly number[], own: number): number {
  if (neighbours.length === 0) return own;
  return neighbours.reduce((sum, node) => sum + place[node]!, 0) / neighbours.length;
}

/** Counts inversions with a tree of sums: see Barth, Jünger and Mutzel, "Simple and efficient bilayer cross counting" (2002). */
function countCrossings(layers: readonly (readonly number[])[], after: readonly (readonly number[])[]): number {
  let count = 0;
  for (let at = 0; at + 1 < layers.length; at++) {
    const place = new Map(layers[at + 1]!.map((node, index) => [node, index]));
    const sums = new Float64Array(place.size + 1);
    let seen = 0;
    for (const node of layers[at]!) {
      const ends = after[node]!.flatMap((to) => place.get(to) ?? []).sort((one, other) => one - other);
      for (const end of ends) {
        let notAfter = 0;
        for (let index = end + 1; index > 0; index -= index & -index) notAfter += sums[index]!;
        count += seen - notAfter;
      }
      for (const end of ends) for (let index = end + 1; index <= place.size; index += index & -index) sums[index]!++;
      seen += ends.length;
    }
  }
  return count;
}
