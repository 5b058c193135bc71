/**
 * What a paired comparison tells while it measures.
 *
 * @module
 */

import type { Standing } from "../compare/sequential/mod.ts";
import type { SideFailure } from "../measure/duet/mod.ts";

/** Something that a live view shows. */
export type DuetEvent =
  /** The programs are known: what is held against each other. Told once, after the first pair of processes. */
  | { readonly type: "planned"; readonly ids: readonly string[]; readonly threshold: number }
  /** Another pair of processes starts; `benchmarks` is how many it measures. */
  | { readonly type: "pair_started"; readonly pair: number; readonly benchmarks: number }
  /** A benchmark has had its last turn in this pair. */
  | { readonly type: "measured"; readonly id: string; readonly done: number; readonly of: number }
  /** Where every benchmark stands after a pair. */
  | { readonly type: "standings"; readonly standings: readonly Standing[]; readonly elapsedMs: number }
  /** It will be measured no more: it is decided, or cannot be. */
  | { readonly type: "settled"; readonly standing: Standing }
  /** It failed. */
  | { readonly type: "failed"; readonly failure: SideFailure };

/** Is told what happens; must not throw. */
export type DuetListener = (event: DuetEvent) => void;
