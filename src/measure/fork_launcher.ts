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
  /**
   * V8's flags that are built into the program, if it is a compiled executable: such a program takes none from its environment,
   * so the engine cannot set its own. They should contain `--expose-gc`. Pauses of the collector are not observed then.
   */
  readonly builtInV8Flags?: readonly string[];
}
