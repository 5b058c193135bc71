/**
 * Keeps what failed for good in the run's record.
 *
 * @module
 */

import type { DeadLetter } from "../reliability/dead_letter.ts";
import type { Run } from "./run.ts";
import type { AnyVariables } from "./state.ts";
import type { Step } from "./step.ts";

/** Adds a dead letter with a copy of the variables. */
export function addDeadLetter(run: Run, step: Step, error: unknown): DeadLetter<AnyVariables> {
  const details = run.detailed();
  const letter = {
    agent: run.settings.agent,
    state: step.state,
    error,
    attempts: step.attempt,
    payload: step.payload,
    variables: Object.fromEntries(run.variables ?? []),
  };
  (details.deadLetters ??= []).push(letter);
  return letter;
}
