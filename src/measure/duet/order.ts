/**
 * Who plays first.
 *
 * @module
 */

import type { Random } from "../random.ts";
import type { Side } from "./duet_error.ts";

/**
 * The order of two pairs, ABBA or BAAB by chance: whatever the second of a pair suffers from its partner, 4 to 5 % in code that
 * allocates fast, falls on both sides alike, and so does a drift that is linear in time.
 */
export function balancedOrder(random: Random): readonly [Side, Side] {
  return random.nextInt(2) === 0 ? ["a", "b"] : ["b", "a"];
}

/** The other side. */
export function otherSide(side: Side): Side {
  return side === "a" ? "b" : "a";
}
