/**
 * Which commands are to be measured.
 *
 * @module
 */

import type { ShellChoice } from "./command_words.ts";

/** Which commands, and how they are run. */
export interface CommandsRequest {
  /** Their texts, all different; the others are compared with the first. */
  readonly texts: readonly string[];
  /** What takes the texts for commands. */
  readonly shell: ShellChoice;
  /** Is run before each run, its time not counted; null for nothing. */
  readonly prepare: string | null;
  /** Runs of each command before any that counts, besides the one that is observed for its memory. */
  readonly warmup: number;
  /** Runs of each command that count; null: as many as fit into the time of the settings. */
  readonly runs: number | null;
  /** Whether a run may end with another code than 0. */
  readonly ignoreFailure: boolean;
  /** Whether what commands print is shown on stderr. */
  readonly showOutput: boolean;
}
