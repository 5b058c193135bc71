/**
 * How far real benchmarks scatter: 24 small JavaScript bodies, measured in pairs of processes of one program (Deno 2.7, a virtual
 * machine with two shared cores).
 *
 * @module
 */

/** One body's scatter, as standard deviations of log ratios. */
export interface Body {
  /** Its name. */
  readonly name: string;
  /** Between the pairs of samples of one pair of processes. */
  readonly sampleSd: number;
  /** Between pairs of processes that take 24 pairs of samples each. */
  readonly pairSd: number;
}

const PERCENT: readonly (readonly [string, number, number])[] = [
  ["object_ops", 8.7, 2.4],
  ["map_ops", 4.6, 2.7],
  ["string_build", 8.1, 2.5],
  ["json_roundtrip", 3.7, 1.2],
  ["sort_100", 3.6, 1.0],
  ["sum_1000", 2.2, 0.7],
  ["promise_chain_3", 6.0, 1.8],
  ["promise_all_10", 8.5, 2.4],
  ["mutex_queue", 9.2, 2.5],
  ["histogram_record", 3.3, 1.0],
  ["class_construct", 10.6, 2.6],
  ["regex", 5.1, 1.5],
  ["filter_map", 8.1, 2.5],
  ["setimmediate_hop", 4.5, 2.6],
  ["abort_controller", 9.4, 2.2],
  ["structured_clone", 4.6, 2.3],
  ["hash_small", 5.1, 3.5],
  ["typed_fill", 2.4, 0.9],
  ["closure_create", 10.5, 2.4],
  ["try_catch_throw", 2.9, 1.1],
  ["generator_20", 6.5, 2.2],
  ["clock", 2.8, 2.4],
  ["string_split", 4.0, 2.7],
  ["heap_push_pop", 2.4, 0.6],
];

/** The 24 bodies. */
export const BODIES: readonly Body[] = PERCENT.map(([name, sample, pair]) => ({
  name,
  sampleSd: sample / 100,
  pairSd: pair / 100,
}));

/** Standard deviation between pairs of processes that take only 12 pairs of samples each: their noise counts twice. */
export function pairSdOf12({ sampleSd, pairSd }: Body): number {
  return Math.sqrt(pairSd ** 2 + sampleSd ** 2 / 24);
}
