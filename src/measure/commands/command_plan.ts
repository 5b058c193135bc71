/**
 * How often commands are run, and in which blocks.
 *
 * A run of a command is a process of its own, and so an independent sample. What the statistics take for a fork is a block of a few
 * rounds in a row: its lower quartile leaves a disturbed run out, blocks are as independent as runs are, and of two commands that are
 * run in the same rounds a block's ratio does not hold the host's drift.
 *
 * @module
 */

/** Rounds in each block but the last. */
const BLOCK_ROUNDS = 3;

/** With fewer runs than this, each is a block: an interval needs blocks more than a block needs runs. */
const RUNS_FOR_BLOCKS = 15;

const MAX_RUNS = 300;

/** The fewest runs of each command, unless a number is asked for; the second with `--quick`. */
const LEAST_RUNS = { full: 15, quick: 6 };

/** The rounds: in each, every command is run once. */
export interface CommandPlan {
  /** Runs of each command. */
  readonly runs: number;
  /** Of how many rounds a block is; the last may have fewer. */
  readonly blockRounds: number;
  /** Blocks. */
  readonly blocks: number;
}

/** What decides how often commands are run. */
export interface CommandBudget {
  /** What one round takes, in milliseconds; above 0. */
  readonly roundMs: number;
  /** How many commands share it. */
  readonly commands: number;
  /** How long each command may take in all, in milliseconds. */
  readonly timeMs: number;
  /** Runs that were asked for; null: as many as fit. */
  readonly runs: number | null;
  /** Whether few are enough. */
  readonly quick: boolean;
}

/**
 * Plans the runs: as many as were asked for, else as many as fit into the time, and 15 (with `quick` 6) to 300.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { planCommands } from "./command_plan.ts";
 *
 * const budget = { roundMs: 100, commands: 2, timeMs: 3_000, runs: null, quick: false };
 * assertEquals(planCommands(budget), { runs: 60, blockRounds: 3, blocks: 20 });
 * ```
 */
export function planCommands({ roundMs, commands, timeMs, runs: asked, quick }: CommandBudget): CommandPlan {
  const fitting = Math.floor(timeMs * commands / Math.max(roundMs, 0.001));
  const least = quick ? LEAST_RUNS.quick : LEAST_RUNS.full;
  const blockRounds = (asked ?? least) < RUNS_FOR_BLOCKS ? 1 : BLOCK_ROUNDS;
  const runs = asked ?? Math.ceil(Math.min(MAX_RUNS, Math.max(least, fitting)) / blockRounds) * blockRounds;
  return { runs, blockRounds, blocks: Math.ceil(runs / blockRounds) };
}
