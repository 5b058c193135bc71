/**
 * Who wrote each key last, to tell a concurrent write from a later one.
 *
 * @module
 */

import type { Adjacency } from "./adjacency.ts";
import { follows, type History } from "./causality.ts";
import type { GraphStep } from "./graph_step.ts";
import type { Progress } from "./progress.ts";
import { ConcurrentWriteError } from "./run_error.ts";
import { Updates, type Writes } from "./variables.ts";

/** The last writer of each variable and output of one run, from when its states may run side by side. */
export class Writers {
  #variables: Map<string, GraphStep> | undefined = undefined;
  #outputs: Map<string, GraphStep> | undefined = undefined;

  /**
   * Checks that whoever wrote a key before is somebody this step follows from. Keys with reducers may be written by all.
   *
   * @throws {ConcurrentWriteError} If it does not: in another order the run would end with another value.
   */
  check(step: GraphStep, progress: readonly (Progress | undefined)[], parents: Adjacency): void {
    const history = { progress, parents };
    for (const key of conflictKeys(step.writes, this.#variables)) this.#compare("variable", key, step, history);
    for (const key of conflictKeys(step.outputWrites, this.#outputs)) this.#compare("output", key, step, history);
  }

  /** Notes what the step has written. */
  note(step: GraphStep): void {
    const { writes, outputWrites, origin } = step;
    if (writes !== undefined) { for (const key of writes.keys()) (this.#variables ??= new Map()).set(key, origin); }
    if (outputWrites !== undefined) {
      for (const key of outputWrites.keys()) (this.#outputs ??= new Map()).set(key, origin);
    }
  }

  #compare(kind: "variable" | "output", key: string, step: GraphStep, history: History): void {
    const earlier = (kind === "variable" ? this.#variables : this.#outputs)?.get(key);
    if (earlier === undefined || follows(history, step.origin, earlier)) return;
    throw new ConcurrentWriteError(kind, key, [step.state, earlier.state]);
  }
}

/** The keys written without a reducer that somebody has written before. */
function* conflictKeys(writes: Writes | undefined, writers: Map<string, GraphStep> | undefined): Iterable<string> {
  if (writes === undefined || writers === undefined) return;
  for (const [key, value] of writes) if (!(value instanceof Updates) && writers.has(key)) yield key;
}
