/**
 * The shape of a search tree over nodes: pages of children, in flat arrays.
 *
 * @module
 */

/** How many children a page can have: wide enough for a shallow tree, few enough to look at one after another. */
export const PAGE_SIZE = 16;

/**
 * A tree whose leaves are the nodes 0 … `nodes` - 1, in some order, and whose inner pages are numbered from `nodes` on, so that
 * one array holds a figure for both. It knows who is whose child and nothing else; it allocates only when made.
 *
 * All leaves are equally deep. Adding, removing and moving children cost O({@linkcode PAGE_SIZE}), filling O(n).
 */
export class Pages {
  /** How many leaves there may be; the number of the first page. */
  readonly nodes: number;
  /** How many numbers of nodes and pages there may be. */
  readonly ids: number;
  /** The page that a node or page is in; -1 for the root, and for what is in no page. */
  readonly parents: Int32Array;
  /** How many children a page has. */
  readonly sizes: Int32Array;
  /** The children of page `p`, from `(p - nodes) * PAGE_SIZE` on. */
  readonly items: Int32Array;
  /** The page on top. */
  root: number;
  readonly #spares: Int32Array;
  #spareCount = 0;

  /**
   * Makes an empty root.
   *
   * @param nodes At least 1.
   * @param smallest How many children every page but the root will have at least, from 3 on: decides how many pages are set aside.
   */
  constructor(nodes: number, smallest: number) {
    // n / s + n / s² + … < n / (s - 1); besides, one root and one page a level that is just being split.
    const pages = Math.floor(nodes / (smallest - 1)) + 16;
    this.nodes = nodes;
    this.ids = nodes + pages;
    this.parents = new Int32Array(this.ids).fill(-1);
    this.sizes = new Int32Array(this.ids);
    this.items = new Int32Array(pages * PAGE_SIZE);
    this.#spares = new Int32Array(pages);
    this.#spareAll();
    this.root = this.add();
  }

  /** Builds the tree anew from all nodes in an order, with at most `fill` children a page; every page comes after its children. */
  load(order: ArrayLike<number>, fill: number): void {
    this.#spareAll();
    let level = order;
    do {
      const pages = Math.ceil(level.length / fill), above: number[] = [];
      for (let i = 0, at = 0; i < pages; i++) {
        const page = this.add();
        // Evenly: no page has fewer than half of `fill`, unless it is the only one.
        for (const end = Math.floor((i + 1) * level.length / pages); at < end; at++) {
          this.insert(page, this.sizes[page]!, level[at]!);
        }
        above.push(page);
      }
      level = above;
    } while (level.length > 1);
    this.root = level[0]!;
    this.parents[this.root] = -1;
  }

  /** A new page without children. */
  add(): number {
    return this.#spares[--this.#spareCount]!;
  }

  /** Forgets a page, which has no children and is in no page. */
  drop(page: number): void {
    this.#spares[this.#spareCount++] = page;
  }

  /** Whether the children of a page are nodes. */
  isLeaf(page: number): boolean {
    return this.sizes[page] === 0 || this.items[(page - this.nodes) * PAGE_SIZE]! < this.nodes;
  }

  /** The child at a place. */
  child(page: number, at: number): number {
    return this.items[(page - this.nodes) * PAGE_SIZE + at]!;
  }

  /** The place of a child in its page. */
  placeOf(child: number): number {
    const start = (this.parents[child]! - this.nodes) * PAGE_SIZE;
    let at = start;
    while (this.items[at] !== child) at++;
    return at - start;
  }

  /** Puts a child into a page that has room; those from that place on move up. */
  insert(page: number, at: number, child: number): void {
    const { items } = this, start = (page - this.nodes) * PAGE_SIZE;
    for (let i = start + this.sizes[page]!++; i > start + at; i--) items[i] = items[i - 1]!;
    items[start + at] = child;
    this.parents[child] = page;
  }

  /** Takes the child at a place out of its page. */
  remove(page: number, at: number): void {
    const { items } = this, start = (page - this.nodes) * PAGE_SIZE;
    this.parents[items[start + at]!] = -1;
    const last = start + --this.sizes[page]!;
    for (let i = start + at; i < last; i++) items[i] = items[i + 1]!;
  }

  /** Moves a child within its page. */
  shift(page: number, from: number, to: number): void {
    const { items } = this, start = (page - this.nodes) * PAGE_SIZE, child = items[start + from]!;
    for (let i = start + from; i < start + to; i++) items[i] = items[i + 1]!;
    for (let i = start + from; i > start + to; i--) items[i] = items[i - 1]!;
    items[start + to] = child;
  }

  /** Moves the last `count` children of a page to the beginning of another. */
  moveLast(left: number, right: number, count: number): void {
    for (; count > 0; count--) {
      const at = this.sizes[left]! - 1, child = this.child(left, at);
      this.remove(left, at);
      this.insert(right, 0, child);
    }
  }

  /** Moves the first `count` children of a page to the end of another. */
  moveFirst(right: number, left: number, count: number): void {
    for (; count > 0; count--) {
      const child = this.child(right, 0);
      this.remove(right, 0);
      this.insert(left, this.sizes[left]!, child);
    }
  }

  /** No page is in use; the lowest number is handed out first. */
  #spareAll(): void {
    this.#spareCount = 0;
    for (let page = this.ids - 1; page >= this.nodes; page--) this.#spares[this.#spareCount++] = page;
    this.sizes.fill(0);
    this.parents.fill(-1);
  }
}
