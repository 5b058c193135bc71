/**
 * Who holds something, in the order in which they came.
 *
 * @module
 */

/** What can stand in the list: it carries its own links. */
export interface HolderNode<Node> {
  /** The one who came before. */
  previous: Node | undefined;
  /** The one who came after. */
  next: Node | undefined;
}

/**
 * A doubly linked list that is kept at each grant and release, and read by few: it knows only the latest, because each
 * reference from a list that lives long to a guard that does not costs the garbage collector.
 */
export class HolderList<Node extends HolderNode<Node>> {
  #latest: Node | undefined = undefined;

  /** Adds the latest; O(1). */
  add(node: Node): void {
    const latest = this.#latest;
    if (latest !== undefined) {
      latest.next = node;
      node.previous = latest;
    }
    this.#latest = node;
  }

  /** Takes out `node`, which must be in this list; it keeps none of the others alive. O(1). */
  remove(node: Node): void {
    const { previous, next } = node;
    if (previous !== undefined) {
      previous.next = next;
      node.previous = undefined;
    }
    if (next !== undefined) {
      next.previous = previous;
      node.next = undefined;
    } else {
      this.#latest = previous;
    }
  }

  /** All, first come first. */
  inOrder(): Node[] {
    const nodes: Node[] = [];
    for (let node = this.#latest; node !== undefined; node = node.previous) nodes.push(node);
    return nodes.reverse();
  }
}
