/**
 * The decision procedure of a paired comparison: from samples of pairs of processes to verdicts, without any input or output.
 *
 * @module
 */

export { LOOKS, MAX_PAIRS } from "./looks.ts";
export { pairEffect, type PairSample } from "./pair_effect.ts";
export { type Costs } from "./ranking.ts";
export { type Outcome, Sequence, type SequenceOptions, type Standing } from "./sequence.ts";
