/**
 * What a paired comparison is asked to do.
 *
 * @module
 */

import type { Comparison } from "../compare/comparison.ts";
import type { DuetProgram, DuetRounds, measurePair } from "../measure/duet/mod.ts";
import type { DuetListener } from "./events.ts";

/** One side of a paired comparison. */
export interface DuetSide extends Omit<DuetProgram, "side" | "slowdown"> {
  /** The commit that it was made of; null if unknown. */
  readonly commit: string | null;
  /** An injected slowdown: 1.1 makes it 10 % slower than it is. Default 1. */
  readonly slowdown?: number;
}

/** What {@linkcode duet} is asked to do. */
export interface DuetOptions {
  /** What it is compared with. */
  readonly a: DuetSide;
  /** What is compared. */
  readonly b: DuetSide;
  /** Change that matters: 0.03 for 3 %; above 0. */
  readonly threshold: number;
  /** The threshold of one benchmark; that of all by default. */
  readonly thresholdOf?: (id: string) => number;
  /** Error accepted over the whole suite, in (0, 1). */
  readonly alpha: number;
  /** What of. */
  readonly errorControl: Comparison["options"]["errorControl"];
  /** How long to measure, in milliseconds. The first pair of processes is finished in any case. */
  readonly budgetMs: number;
  /** Seed of every random choice, 0 to 2^32 - 1. */
  readonly seed: number;
  /** Regular expression that ids must match; null for all. */
  readonly filter: string | null;
  /** Whether the quick settings were asked for. */
  readonly quick: boolean;
  /** How long a benchmark may take for one thing, such as its warm-up, before it counts as hung, in milliseconds. */
  readonly timeoutMs?: number;
  /** How long a program may take to say hello, and then to load, in milliseconds; 30 s by default. */
  readonly startTimeoutMs?: number;
  /** Whether two benchmarks of one id are held against each other although their code differs: files that are to be compared. */
  readonly ignoreDefinitions?: boolean;
  /** How many samples each pair of processes takes. */
  readonly rounds?: DuetRounds;
  /** The program that compares, for the document. */
  readonly tool: { readonly name: string; readonly version: string };
  /** Ends it early: what is complete is in the comparison, whose status is then `interrupted`. */
  readonly signal?: AbortSignal;
  /** Is told what happens. */
  readonly listener?: DuetListener;
  /** Measures a pair of processes; a test may script it. */
  readonly measure?: typeof measurePair;
  /** Milliseconds since some fixed moment. */
  readonly now?: () => number;
}
