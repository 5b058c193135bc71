/**
 * Nodes in the order of their scores.
 *
 * @module
 */

import { Headroom } from "./headroom.ts";
import { LeftOver } from "./left_over.ts";
import { PAGE_SIZE, Pages } from "./pages.ts";
import type { Demand, NodeUnits, PlacementIndex } from "./placement.ts";

/** A page other than the root has at least so many children. */
const SMALLEST = PAGE_SIZE / 4;
/** How many it is left with when it is made, or two are put together: neither the next arrival nor the next leave is a problem. */
const COMFORTABLE = PAGE_SIZE * 3 / 4;

/**
 * Finds the first node that has room, in the order of {@linkcode LeftOver} scores: ascending for best fit, descending for worst.
 *
 * A B+ tree by score and then by number, whose pages know how much room there is below them; see {@linkcode Headroom}. A page
 * whose highest score is below what the demand itself amounts to is not opened either. A node whose score changes mostly
 * stays in its page; else it is taken out and put back, O(log n). When the largest node of some kind has become larger or
 * smaller, all scores change: the next search sorts all nodes anew, O(n log n), once for any number of resized nodes.
 *
 * Order within the tree: of two children of a page, all nodes below the left one come before all below the right one, and the
 * right one's key lies between them. A page of pages has the key of its first child, except on the left edge of the tree, where
 * keys mean nothing and are not looked at; what is on that edge stays there, since a page always joins its left neighbour.
 */
export class Ranking implements PlacementIndex {
  readonly #nodes: NodeUnits;
  readonly #direction: 1 | -1;
  readonly #pages: Pages;
  readonly #headroom: Headroom;
  readonly #leftOver: LeftOver;
  /** By node: its score, times the direction. By page: none below it has a lower one. */
  readonly #keys: Float64Array;
  /** By node: its own number; by page: what decides between equal keys. */
  readonly #ties: Int32Array;
  #outdated = false;

  /**
   * @param nodes The pool's nodes.
   * @param direction 1 for the least left over first, -1 for the most.
   */
  constructor(nodes: NodeUnits, direction: 1 | -1) {
    this.#nodes = nodes;
    this.#direction = direction;
    this.#pages = new Pages(nodes.nodes, SMALLEST);
    this.#headroom = new Headroom(this.#pages, nodes.kinds, true);
    this.#leftOver = new LeftOver(nodes);
    this.#keys = new Float64Array(this.#pages.ids);
    this.#ties = new Int32Array(this.#pages.ids).map((_, id) => id);
    this.#sort();
  }

  /** How many pages the last search opened: what it cost, for tests. */
  get opened(): number {
    return this.#headroom.opened;
  }

  find(demand: Demand): number {
    if (this.#outdated) {
      this.#outdated = false;
      this.#leftOver.weigh();
      this.#sort();
    }
    return this.#headroom.find(demand, this.#leftOver.least(demand));
  }

  update(node: number): void {
    if (this.#outdated) return;
    if (this.#leftOver.resize(node)) {
      this.#outdated = true;
      return;
    }
    const score = this.#leftOver.of(node), key = score * this.#direction;
    if (key !== this.#keys[node] && !this.#moveWithinPage(node, key)) {
      this.#headroom.forget(node);
      this.#takeOut(node);
      this.#keys[node] = key;
      this.#putIn(node);
    }
    this.#headroom.note(node, this.#nodes.free, node * this.#nodes.kinds, score);
  }

  /** Builds the tree anew. */
  #sort(): void {
    const { nodes, kinds, free } = this.#nodes, keys = this.#keys, order: number[] = [];
    for (let node = 0; node < nodes; node++) {
      keys[node] = this.#leftOver.of(node) * this.#direction;
      order.push(node);
    }
    // A sort is stable: equals stay in the order of their numbers.
    this.#pages.load(order.sort((a, b) => keys[a]! - keys[b]!), COMFORTABLE);
    for (let page = nodes; page <= this.#pages.root; page++) this.#separate(page);
    for (let page = nodes; page <= this.#pages.root; page++) this.#headroom.gather(page);
    for (let node = 0; node < nodes; node++) {
      this.#headroom.note(node, free, node * kinds, keys[node]! * this.#direction);
    }
  }

  /** Gives a node another key if it so stays between the first and the last of its page. */
  #moveWithinPage(node: number, key: number): boolean {
    const pages = this.#pages, page = pages.parents[node]!, last = pages.sizes[page]! - 1;
    if (page !== pages.root) {
      const first = pages.child(page, 0), end = pages.child(page, last);
      if (this.#comesBefore(key, node, first) || !this.#comesBefore(key, node, end)) return false;
    }
    const from = pages.placeOf(node);
    let to = from;
    while (to > 0 && this.#comesBefore(key, node, pages.child(page, to - 1))) to--;
    while (to < last && !this.#comesBefore(key, node, pages.child(page, to + 1))) to++;
    this.#keys[node] = key;
    if (to !== from) pages.shift(page, from, to);
    return true;
  }

  /** Whether a node with a key comes before another node, or before all nodes below a page. */
  #comesBefore(key: number, node: number, id: number): boolean {
    const other = this.#keys[id]!;
    return key < other || (key === other && node < this.#ties[id]!);
  }

  #putIn(node: number): void {
    const pages = this.#pages, key = this.#keys[node]!;
    let page = pages.root;
    while (!pages.isLeaf(page)) {
      let at = pages.sizes[page]! - 1;
      while (at > 0 && this.#comesBefore(key, node, pages.child(page, at))) at--;
      page = pages.child(page, at);
    }
    if (pages.sizes[page] === PAGE_SIZE) {
      const right = this.#split(page);
      if (!this.#comesBefore(key, node, right)) page = right;
    }
    let at = pages.sizes[page]!;
    while (at > 0 && this.#comesBefore(key, node, pages.child(page, at - 1))) at--;
    pages.insert(page, at, node);
  }

  /** Moves half of a full page's children to a new page behind it, which is returned. */
  #split(page: number): number {
    const pages = this.#pages;
    if (page === pages.root) {
      pages.root = pages.add(); // what is free below it is never asked: searches begin with its children
      pages.insert(pages.root, 0, page);
    } else if (pages.sizes[pages.parents[page]!] === PAGE_SIZE) {
      this.#split(pages.parents[page]!);
    }
    const right = pages.add();
    pages.moveLast(page, right, PAGE_SIZE / 2);
    this.#separate(right);
    pages.insert(pages.parents[page]!, pages.placeOf(page) + 1, right);
    this.#headroom.gather(page);
    this.#headroom.gather(right);
    return right;
  }

  #takeOut(child: number): void {
    const pages = this.#pages, page = pages.parents[child]!;
    pages.remove(page, pages.placeOf(child));
    if (page !== pages.root) {
      if (pages.sizes[page]! < SMALLEST) this.#refill(page);
    } else if (pages.sizes[page] === 1 && !pages.isLeaf(page)) {
      const only = pages.child(page, 0);
      pages.remove(page, 0);
      pages.drop(page);
      pages.root = only;
    }
  }

  /** A page has too few children: shares them with a neighbour, or joins it. */
  #refill(page: number): void {
    const pages = this.#pages, parent = pages.parents[page]!, at = pages.placeOf(page);
    const left = pages.child(parent, at === 0 ? 0 : at - 1), right = pages.child(parent, at === 0 ? 1 : at);
    const sizes = pages.sizes, total = sizes[left]! + sizes[right]!;
    if (total <= COMFORTABLE) {
      pages.moveFirst(right, left, sizes[right]!);
      this.#headroom.gather(left);
      this.#takeOut(right);
      pages.drop(right);
    } else {
      const half = total >> 1;
      pages.moveLast(left, right, Math.max(sizes[left]! - half, 0));
      pages.moveFirst(right, left, Math.max(half - sizes[left]!, 0));
      this.#separate(right);
      this.#headroom.gather(left);
      this.#headroom.gather(right);
    }
  }

  /** Sets a page's key to its first child's. */
  #separate(page: number): void {
    const first = this.#pages.child(page, 0);
    this.#keys[page] = this.#keys[first]!;
    this.#ties[page] = this.#ties[first]!;
  }
}
