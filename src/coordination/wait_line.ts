/**
 * The line in which waiters stand: a doubly linked list, so that whoever gives up leaves at once, at any length.
 *
 * @module
 */

/** What can stand in a line: it carries its own links, so that joining allocates nothing. */
export interface LineNode<Node> {
  /** The one ahead. */
  previous: Node | undefined;
  /** The one behind. */
  next: Node | undefined;
}

/** A line of waiters; every method is O(1). A node may stand in one line at a time, once. */
export class WaitLine<Node extends LineNode<Node>> {
  /** The one who is served first. */
  first: Node | undefined = undefined;
  /** The one who is served last. */
  last: Node | undefined = undefined;
  /** How many stand in line. */
  size = 0;

  /** Puts `node` right behind `ahead`, or at the front if nobody is ahead. */
  insertAfter(ahead: Node | undefined, node: Node): void {
    const behind = ahead === undefined ? this.first : ahead.next;
    node.previous = ahead;
    node.next = behind;
    if (ahead === undefined) this.first = node;
    else ahead.next = node;
    if (behind === undefined) this.last = node;
    else behind.previous = node;
    this.size++;
  }

  /** Takes out `node`, which must stand in this line. */
  remove(node: Node): void {
    const { previous, next } = node;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.last = previous;
    else next.previous = previous;
    node.previous = undefined;
    node.next = undefined;
    this.size--;
  }
}
