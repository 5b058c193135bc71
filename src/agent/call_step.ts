/**
 * One call of a state's function by a policy that may call it several times in one attempt.
 *
 * @module
 */

import { Step } from "./step.ts";

/** A context that sees what its step sees, and writes on its own. */
export class CallStep extends Step {
  /** What the function returned. */
  returned: unknown = undefined;
  readonly #signal: AbortSignal;

  constructor(step: Step, signal: AbortSignal) {
    super(step.run, step.index, step.attempt, step.payload);
    this.#signal = signal;
  }

  override get signal(): AbortSignal {
    return this.#signal;
  }
}
