/**
 * What can be wrong with a definition: found when it is compiled, before anything runs.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";

/**
 * Which rule a definition breaks.
 *
 * - `no_states`: the agent has none.
 * - `duplicate_state`: two states share a name.
 * - `unknown_dependency`: `dependsOn` names a state that does not exist.
 * - `dependency_cycle`: states wait for each other.
 * - `dead_goto`: a declared `goto` names a state that does not exist.
 * - `no_entry`: no state may start the run.
 */
export type GraphErrorCode =
  | "no_states"
  | "duplicate_state"
  | "unknown_dependency"
  | "dependency_cycle"
  | "dead_goto"
  | "no_entry";

/** Thrown when an agent's states do not form a graph that can run. */
export class GraphError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code: GraphErrorCode;
  /** The states at fault: for a cycle the path, its first state repeated at the end. */
  readonly states: readonly string[];

  /** Keeps the states at fault beside the message. */
  constructor(code: GraphErrorCode, message: string, states: readonly string[]) {
    super(message);
    this.code = code;
    this.states = states;
  }
}
