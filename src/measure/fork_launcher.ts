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
   * so the engine cannot set its own. They should contain `--expose-gc`,
   * `--max-semi-space-size=2` and `--no-concurrent-recompilation`. Pauses of the collector are sampled then, not traced.
   */
  readonly builtInV8Flags?: readonly string[];
  /**
   * Makes a launcher of the same forks with one more of V8's flags, where those are built in; rejects, saying why, if it cannot.
   * The engine calls it if V8's helper threads are to be off, and disposes of what it made when no fork is left.
   */
  readonly withV8Flag?: (flag: string) => Promise<ForkLauncher & AsyncDisposable>;
}
