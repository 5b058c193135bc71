/**
 * A sequence's compact record, written out state by state: for its result, or for the graph run to go on from.
 *
 * @module
 */

import { at } from "./adjacency.ts";
import { Progress } from "./progress.ts";
import type { Run } from "./run.ts";

/** The turns of a sequence: whatever completed has been used up by what it started. A graph run counts on from here. */
const SEQUENCE_DONE = 1;
/** See {@linkcode SEQUENCE_DONE}. */
export const SEQUENCE_FIRED = 2;

/** How far each state has come; a place without an entry is a state that was not begun. */
export function sequenceProgress(run: Run): (Progress | undefined)[] {
  const { marks, steps } = run;
  const { indegree, blankProgress } = run.settings.plan;
  const all: (Progress | undefined)[] = blankProgress.slice();
  if (steps === 0) return all;
  const states = run.sequence();
  const timed = run.settings.timing === "states";
  for (let step = 0; step < steps; step++) {
    const state = at(states, step);
    const progress = all[state] ??= new Progress(at(indegree, state));
    progress.status = "completed";
    progress.steps++;
    progress.attempts++;
    progress.doneTurn = SEQUENCE_DONE;
    progress.firedTurn = SEQUENCE_FIRED;
    if (!timed || marks === undefined) continue;
    const spentMs = at(marks, step + 1) - at(marks, step);
    if (progress.steps > 1) progress.spentMs += spentMs;
    else {
      progress.startedAt = at(marks, step);
      progress.spentMs = spentMs;
    }
  }
  const letter = run.details?.deadLetters?.[0];
  const last = all[at(states, steps - 1)];
  if (letter !== undefined && last !== undefined) {
    last.status = "failed";
    last.error = letter.error;
  }
  return all;
}
