/**
 * What falls due, the soonest first.
 *
 * @module
 */

/** What can stand in a heap: it knows its place, so that it can be taken out from the middle. */
export interface DueNode {
  /** When it falls due, in milliseconds of its owner's clock; must not change while it stands in the heap. */
  dueAtMs: number;
  /** Breaks ties, the smaller first. */
  readonly order: number;
  /** Where it stands; -1 in no heap. */
  place: number;
}

/** A binary heap by due time; `add` and `remove` are O(log n), `first` is O(1). A node may stand in one heap at a time. */
export class DueHeap<Node extends DueNode> {
  readonly #nodes: Node[] = [];

  /** How many stand in it. */
  get size(): number {
    return this.#nodes.length;
  }

  /** The one that falls due first. */
  get first(): Node | undefined {
    return this.#nodes[0];
  }

  /** Puts in a node. */
  add(node: Node): void {
    this.#nodes.push(node);
    this.#rise(node, this.#nodes.length - 1);
  }

  /** Takes out a node, which must stand in this heap. */
  remove(node: Node): void {
    const { place } = node, last = this.#nodes.pop()!;
    node.place = -1;
    if (last === node) return;
    this.#rise(last, place);
    this.#sink(last, last.place);
  }

  /** All of them, in no order. */
  values(): IterableIterator<Node> {
    return this.#nodes.values();
  }

  #rise(node: Node, place: number): void {
    while (place > 0) {
      const above = (place - 1) >> 1, parent = this.#nodes[above]!;
      if (!isBefore(node, parent)) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(node, place);
  }

  #sink(node: Node, place: number): void {
    for (;;) {
      let below = 2 * place + 1;
      if (below >= this.#nodes.length) break;
      const right = this.#nodes[below + 1];
      if (right !== undefined && isBefore(right, this.#nodes[below]!)) below++;
      const child = this.#nodes[below]!;
      if (!isBefore(child, node)) break;
      this.#put(child, place);
      place = below;
    }
    this.#put(node, place);
  }

  #put(node: Node, place: number): void {
    this.#nodes[place] = node;
    node.place = place;
  }
}

function isBefore(one: DueNode, other: DueNode): boolean {
  return one.dueAtMs < other.dueAtMs || one.dueAtMs === other.dueAtMs && one.order < other.order;
}
