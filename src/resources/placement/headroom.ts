/**
 * How much room there is below each page of a tree, and the search that it guides.
 *
 * @module
 */

import { DemandSample } from "./demand_sample.ts";
import { FitGrid } from "./fit_grid.ts";
import { PAGE_SIZE, type Pages } from "./pages.ts";
import type { Demand } from "./placement.ts";

/** A search that opens no more pages than this is good enough. */
const CHEAP_PAGES = 16;
/** How many pages may be opened beyond that, for every node, before the grid is made (anew): that costs less than they did. */
const WASTE_PER_NODE = 4;

/**
 * Finds the first node, in the order of a tree, that has room for a demand.
 *
 * Every page knows, for every kind, the most that a node below it has free: a tournament tree, as D. S. Johnson used it to run
 * first fit in O(n log n) ("Near-optimal bin packing algorithms", MIT, 1973; "Fast algorithms for bin packing", Journal of
 * Computer and System Sciences 8, 1974), with 16 players a match instead of 2. A page that has too little of something is not
 * opened. For one kind, what is opened leads to the node: O(log n). For several, the maxima may come from different nodes, and
 * in a pool that is nearly full, where every node has run out of something else, they mostly do. When searches open many pages
 * in vain, the tree therefore learns which amounts are asked for, and keeps for their combinations what maxima cannot tell; see
 * {@linkcode FitGrid}. The answer is the same with and without it.
 *
 * Updates cost O(log n) for every kind whose figure changes, and end at the first page whose maximum stays as it is.
 */
export class Headroom {
  readonly #pages: Pages;
  readonly #columns: number;
  readonly #kinds: number;
  /** By node or page: the most that is free of each kind, then the largest score if there is one. */
  readonly #most: Float64Array;
  readonly #sample: DemandSample;
  #grid: FitGrid | undefined = undefined;
  #opened = 0;
  #waste = 0;
  // The demand that is being looked for, copied: a few entries at the front are in use.
  #length = 0;
  readonly #places: Int32Array;
  readonly #units: Float64Array;

  /**
   * @param pages The tree; nodes have no room until they are {@linkcode note}d.
   * @param kinds How many kinds there are.
   * @param scored Whether nodes also have a score, below which a search can rule them out.
   */
  constructor(pages: Pages, kinds: number, scored: boolean) {
    this.#pages = pages;
    this.#kinds = kinds;
    this.#columns = kinds + (scored ? 1 : 0);
    this.#most = new Float64Array(pages.ids * this.#columns).fill(-Infinity);
    this.#sample = new DemandSample(kinds);
    this.#places = new Int32Array(this.#columns);
    this.#units = new Float64Array(this.#columns);
  }

  /** How many pages the last search opened: what it cost, for tests. */
  get opened(): number {
    return this.#opened;
  }

  /**
   * The first node that has room for a demand; -1 if there is none.
   *
   * @param demand What is needed.
   * @param leastScore No node with a lower score has room. Ignored without scores.
   */
  find(demand: Demand, leastScore: number): number {
    const { length } = demand, places = this.#places, units = this.#units;
    for (let i = 0; i < length; i++) {
      places[i] = demand.places[i]!;
      units[i] = demand.units[i]!;
    }
    this.#length = length;
    if (this.#columns > this.#kinds) {
      places[length] = this.#kinds;
      units[length] = leastScore;
      this.#length++;
    }
    this.#opened = 0;
    if (length === 1 || this.#grid === undefined) {
      const node = this.#search(this.#pages.root);
      if (this.#opened > CHEAP_PAGES && length > 1) this.#learn(demand);
      return node;
    }
    this.#grid.seek(demand);
    const node = this.#searchGrid(this.#pages.root, this.#grid);
    if (this.#opened > CHEAP_PAGES) this.#learn(demand);
    return node;
  }

  /** Takes note of what a node has free, by kind from `start` on, and of its score. */
  note(node: number, free: Float64Array, start: number, score: number): void {
    const kinds = this.#kinds;
    for (let kind = 0; kind < kinds; kind++) this.#set(node, kind, free[start + kind]!);
    if (this.#columns > kinds) this.#set(node, kinds, score);
    this.#grid?.note(node, free, start);
  }

  /** A node has no room for anything until it is noted again. */
  forget(node: number): void {
    for (let column = 0; column < this.#columns; column++) this.#set(node, column, -Infinity);
    this.#grid?.forget(node);
  }

  /** Works out a page's figures from its children's; those above it stay. */
  gather(page: number): void {
    for (let column = 0; column < this.#columns; column++) {
      this.#most[page * this.#columns + column] = this.#highest(page, column, Infinity);
    }
    this.#grid?.gather(page);
  }

  #search(page: number): number {
    const { nodes, items, sizes } = this.#pages, start = (page - nodes) * PAGE_SIZE, end = start + sizes[page]!;
    this.#opened++;
    for (let i = start; i < end; i++) {
      const id = items[i]!;
      if (!this.#reaches(id)) continue;
      if (id < nodes) return id;
      const node = this.#search(id);
      if (node >= 0) return node;
    }
    return -1;
  }

  #searchGrid(page: number, grid: FitGrid): number {
    const { nodes, items, sizes } = this.#pages, start = (page - nodes) * PAGE_SIZE, end = start + sizes[page]!;
    this.#opened++;
    for (let i = start; i < end; i++) {
      const id = items[i]!;
      if (!grid.mayFit(id) || !this.#reaches(id)) continue;
      if (id < nodes) return id;
      const node = this.#searchGrid(id, grid);
      if (node >= 0) return node;
    }
    return -1;
  }

  /** Whether there is enough of each kind on a node, or somewhere below a page. */
  #reaches(id: number): boolean {
    const start = id * this.#columns;
    for (let i = 0; i < this.#length; i++) {
      if (this.#most[start + this.#places[i]!]! < this.#units[i]!) return false;
    }
    return true;
  }

  #set(id: number, column: number, value: number): void {
    const most = this.#most, columns = this.#columns, { parents } = this.#pages;
    let before = most[id * columns + column]!;
    if (before === value) return;
    most[id * columns + column] = value;
    for (let page = parents[id]!; page >= 0; page = parents[page]!) {
      const at = page * columns + column, old = before;
      before = most[at]!;
      if (value <= before) {
        // Unless it was the child with the most that has less now, nothing changes from here on.
        if (old !== before || value === before) return;
        value = this.#highest(page, column, before);
        if (value === before) return;
      }
      most[at] = value;
    }
  }

  /** The most among a page's children; `enough` if one has that. */
  #highest(page: number, column: number, enough: number): number {
    const most = this.#most, columns = this.#columns, { nodes, items, sizes } = this.#pages;
    const start = (page - nodes) * PAGE_SIZE, end = start + sizes[page]!;
    let highest = -Infinity;
    for (let i = start; i < end; i++) {
      const value = most[items[i]! * columns + column]!;
      if (value > highest) highest = value;
      if (value === enough) break;
    }
    return highest;
  }

  /** A search opened many pages: remembers what it looked for, and makes the grid (anew) once that has happened often enough. */
  #learn(demand: Demand): void {
    this.#sample.note(demand);
    this.#waste += this.#opened - CHEAP_PAGES;
    const { nodes } = this.#pages;
    if (this.#waste < WASTE_PER_NODE * nodes) return;
    this.#waste = 0;
    this.#grid = new FitGrid(this.#pages, this.#sample);
    this.#grid.fill(this.#pages.root, this.#most, this.#columns);
  }
}
