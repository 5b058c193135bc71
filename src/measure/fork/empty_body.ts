/**
 * Empty benchmarks: what the loop itself costs, for each shape of loop that is used.
 *
 * @module
 */

import type { Candidate } from "./subject.ts";
import type { LoopShape } from "../protocol.ts";

/** The key of a loop's shape. */
export function shapeKey({ kind, hooks }: LoopShape): string {
  return `${kind}/${hooks}`;
}

/** Starts the ids of empty benchmarks; those of others start with a suite's name and a slash. */
const PREFIX = "/empty/";

/** Whether an id is an empty benchmark's, which the run does not know. */
export function isEmptyId(id: string): boolean {
  return id.startsWith(PREFIX);
}

/** A benchmark that does nothing, in the way of `shape`. */
export function emptyCandidate(shape: LoopShape): Candidate {
  const hook = shape.hooks === "async" ? async () => {} : () => {};
  return {
    id: PREFIX + shapeKey(shape),
    params: {},
    isReference: false,
    definition: {
      name: shapeKey(shape),
      options: shape.hooks === "none" ? {} : { beforeIteration: hook, afterIteration: hook },
      fn: shape.kind === "async" ? async () => {} : () => {},
    },
  };
}
