/**
 * Starts the processes that measure.
 *
 * @module
 */

/** How to start a process that calls `runFork`: a program and its arguments. */
export interface ForkLauncher {
  /** Path of the program, for instance `Deno.execPath()`. */
  readonly executable: string;
  /** Its arguments, for instance `["fork"]` for a compiled executable. */
  readonly arguments: readonly string[];
  /** Flags that V8 needs besides those that the engine sets itself. */
  readonly v8Flags?: readonly string[];
}
