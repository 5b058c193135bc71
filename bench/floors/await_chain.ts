// deno-lint-ignore-file require-await -- an asynchronous step that has nothing to wait for is what is measured
/**
 * The floor under workflows whose steps follow one another: what a programmer would write without a library.
 *
 * @module
 */

import { firstStep, secondStep, type Tally, thirdStep } from "./steps.ts";

/** Three asynchronous steps, one after another. */
export async function awaitChain(tally: Tally): Promise<void> {
  await firstStep(tally);
  await secondStep(tally);
  await thirdStep(tally);
}

/** The same with its steps made anew each time, and held in a list: the floor under defining a workflow and running it once. */
export async function constructAndAwaitChain(tally: Tally): Promise<void> {
  const steps = [
    async () => {
      tally.steps++;
    },
    async () => {
      tally.steps++;
    },
    async () => {
      tally.steps++;
    },
  ];
  for (const step of steps) await step();
}
