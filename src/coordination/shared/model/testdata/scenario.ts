import type { ModelThread } from "./model_thread.ts";

/**
 * A piece of what a thread does: plain synchronous code that keeps nothing for the next one, but for what is in words. What would run in
 * turns of an event loop calls `turn` again and again; waits that are pending when a round ends are forgotten.
 *
 * All that a thread was answered in a round is part of a state. So short rounds make for few states.
 */
export type Round = (thread: ModelThread) => void;

/** What somebody would call one thing that a thread does: a round, or some in a row. */
export type Operation = Round | readonly Round[];

/** What to explore. */
export interface Scenario {
  /** How many words there are, and what is in them at first if not 0. */
  readonly words: number;
  readonly initial?: Readonly<Record<number, number>>;
  readonly threads: readonly (readonly Operation[])[];
  /** The first words of the locks; which accesses they guard is found out. */
  readonly locks?: readonly number[];
  /**
   * Whether whoever tries to take a lock stops until it is free, as long as its holder lives: the protocol above it is explored as if a
   * lock could be fought for in no other way. That it comes to the same is what the exploration of the lock itself shows. Default false.
   */
  readonly idealLocks?: boolean;
  /** How many waits may be timed out while others could go on. Default 0. */
  readonly timeouts?: number;
  /** Whether somebody's time is also up when nobody can go on, which else is a fault unless somebody has died. Default false. */
  readonly timePasses?: boolean;
  /** How many threads may die, each at any point. Default 0. */
  readonly deaths?: number;
  /** Whether a thread may also die between two plain writes. Default false. */
  readonly stopsAtWrites?: boolean;
  /**
   * How often a thread may be interrupted that could go on; as often as there are accesses by default. Few find most faults, and a
   * scenario that is too large otherwise is explored to its end.
   */
  readonly preemptions?: number;
  /** Accesses after which a path is given up. Default 400. */
  readonly depth?: number;
  /**
   * Whether threads of the same operations are interchangeable: their code and `verify` tell one from the other by nothing but its name,
   * which is only ever compared, and by words of its own. Then such threads begin in their order, as all other orders come to the same.
   * Default false.
   */
  readonly areAlike?: boolean;
  /** Whether accesses are left to their thread whose moment no other one could tell, and whether `areAlike` counts. Default true. */
  readonly isReduced?: boolean;
  /** Says what is wrong when all threads have ended; undefined if all is well. */
  readonly verify?: (words: readonly number[], died: readonly boolean[]) => string | undefined;
}
