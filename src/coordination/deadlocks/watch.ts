/**
 * Where primitives tell of owners who wait, if anybody wants to know.
 *
 * @module
 */

import type { Contested, ContestedWait, OwnedWait } from "./contested.ts";

/** Is told of waits and holdings that have an owner. */
export interface WaitWatch {
  /** A wait with an owner has begun: it stands in line. */
  begins(waiting: OwnedWait, target: Contested): void;
  /** A wait has ended, however that was. */
  ends(waiting: OwnedWait): void;
  /** An owner has got something, waited for or not. */
  holds(owner: string): void;
  /** There is less of something than before. */
  narrows(target: Contested): void;
}

/** The one who is told; `current` is undefined, and then nothing costs anything, while nobody looks for deadlocks. */
export const waitWatch: { current: WaitWatch | undefined } = { current: undefined };

/** Whoever stands in line of something may have an owner, who then waits for it. */
export function tellBegin(waiting: ContestedWait, target: Contested): void {
  if (waitWatch.current !== undefined && isOwned(waiting)) waitWatch.current.begins(waiting, target);
}

/** Whoever stood in line does no more. */
export function tellEnd(waiting: ContestedWait): void {
  if (waitWatch.current !== undefined && isOwned(waiting)) waitWatch.current.ends(waiting);
}

/** Somebody has got something. */
export function tellGrant(owner: string | undefined): void {
  if (waitWatch.current !== undefined && owner !== undefined) waitWatch.current.holds(owner);
}

/** There is less of something to hold. */
export function tellLess(target: Contested): void {
  if (waitWatch.current !== undefined) waitWatch.current.narrows(target);
}

function isOwned(waiting: ContestedWait): waiting is OwnedWait {
  return waiting.owner !== undefined;
}
