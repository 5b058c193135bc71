/**
 * Which nodes may have more to grant than before.
 *
 * @module
 */

/** Beyond so many it is cheaper to ask the strategy's index than to look at each. */
const MOST_NODES = 8;

/** A short list of nodes, or the note that it would be long. */
export class ChangedNodes {
  /** The nodes; means nothing if {@linkcode isLong}. */
  readonly nodes: number[] = [];
  /** Whether too many have changed to list them. */
  isLong = false;

  /** Notes one. */
  add(node: number): void {
    if (this.isLong || this.nodes.includes(node)) return;
    if (this.nodes.length < MOST_NODES) this.nodes.push(node);
    else this.isLong = true;
  }

  /** Notes that any may have changed. */
  addAll(): void {
    this.isLong = true;
  }

  /** Starts again. */
  clear(): void {
    while (this.nodes.pop() !== undefined); // to set its length would throw its memory away
    this.isLong = false;
  }
}
