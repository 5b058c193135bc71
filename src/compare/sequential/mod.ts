/**
 * The decision procedure of a paired comparison: from samples of pairs of processes to verdicts, without any input or output.
 *
 * @module
 */

export { pairEffect } from "./pair_effect.ts";
export { type Outcome, Sequence, type Standing } from "./sequence.ts";
