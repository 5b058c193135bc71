// deno-lint-ignore-file require-await -- an asynchronous step that has nothing to wait for is what is measured
/**
 * The steps that floors and agents both run: they do nothing but count, so that what is left is the cost of running them.
 *
 * @module
 */

/** What a run counts in: an object of its own, as the variables of a workflow are. */
export interface Tally {
  /** Steps run so far. */
  steps: number;
}

/** One asynchronous step. Three functions of one text, so that no call site sees more than the workflow it stands for. */
export async function firstStep(tally: Tally): Promise<void> {
  tally.steps++;
}

/** See {@linkcode firstStep}. */
export async function secondStep(tally: Tally): Promise<void> {
  tally.steps++;
}

/** See {@linkcode firstStep}. */
export async function thirdStep(tally: Tally): Promise<void> {
  tally.steps++;
}

/** What comes after a fan-out. */
export async function aggregateStep(tally: Tally): Promise<void> {
  tally.steps++;
}
