/**
 * A line in which the urgent go ahead, but not for ever.
 *
 * @module
 */

import { MOST_COUNTED } from "./most_counted.ts";
import type { LineNode, WaitLine } from "./wait_line.ts";

/** What can stand in a ranked line. */
export interface RankedNode<Node> extends LineNode<Node> {
  /** How urgent it is; the larger goes first. */
  readonly level: number;
  /** How many have gone ahead of it; 0 at first. */
  overtaken: number;
}

/** How many may go ahead of somebody who waits, because they are more urgent: so nobody starves. */
export const MOST_OVERTAKES = 100;

/**
 * Puts `node` ahead of whoever is less urgent, behind its equals and behind everybody who has been overtaken
 * {@linkcode MOST_OVERTAKES} times.
 *
 * Costs as many steps as it overtakes: at most {@linkcode MOST_OVERTAKES} for each that ever waits, over any number of calls.
 */
export function joinByRank<Node extends RankedNode<Node>>(line: WaitLine<Node>, node: Node): void {
  let ahead = line.last;
  while (ahead !== undefined && ahead.level < node.level && ahead.overtaken < MOST_OVERTAKES) {
    ahead.overtaken++;
    ahead = ahead.previous;
  }
  line.insertAfter(ahead, node);
}

/** How many stand ahead of a node, for people; it looks at {@linkcode MOST_COUNTED} of them at most. */
export function countAhead<Node extends LineNode<Node>>(node: Node): string {
  let ahead = 0;
  for (let at = node.previous; at !== undefined; at = at.previous) {
    if (++ahead === MOST_COUNTED) return `at least ${ahead}`;
  }
  return String(ahead);
}
