/**
 * The floor under workflows that fan out and join.
 *
 * @module
 */

import { aggregateStep, firstStep, secondStep, type Tally, thirdStep } from "./steps.ts";

/** Three asynchronous steps side by side, and one after all of them. */
export async function promiseAll(tally: Tally): Promise<void> {
  await Promise.all([firstStep(tally), secondStep(tally), thirdStep(tally)]);
  await aggregateStep(tally);
}
