import { assert, assertEquals } from "@std/assert";
import { SharedBarrier, SharedSemaphore } from "../../src/coordination/shared/mod.ts";
import type { Crew } from "../threads/crew.ts";
import { gatheringCrew, lockingCrew, permittedCrew } from "./meeting_crew.ts";

const ROUNDS = 5;

/** In how many rounds the crew said that something is wrong. */
async function faultyRounds(crew: Crew): Promise<number> {
  let faulty = 0;
  for (let round = 0; round < ROUNDS; round++) await crew.round().catch(() => faulty++);
  await crew.dismiss();
  return faulty;
}

Deno.test("A crew finds nothing wrong with a lock, a semaphore and a barrier", async () => {
  assertEquals(await faultyRounds(await lockingCrew(10)), 0);
  assertEquals(await faultyRounds(await permittedCrew(10, 3)), 0);
  assertEquals(await faultyRounds(await gatheringCrew(5)), 0);
});

// What is broken has to be noticed in nearly every round: a thread may be held up anywhere, so not in every one.
for (
  const [what, makeCrew] of [
    ["a lock that is none", () => lockingCrew(10, SharedSemaphore.create({ permits: 10 }))],
    ["ten permits in the place of three", () => permittedCrew(10, 3, SharedSemaphore.create({ permits: 10 }))],
    ["a barrier that holds nobody up", () => gatheringCrew(5, SharedBarrier.create({ parties: 1 }))],
  ] as const
) {
  Deno.test(`A crew notices ${what}`, async () => {
    const faulty = await faultyRounds(await makeCrew());
    assert(faulty >= ROUNDS - 1, `noticed in ${faulty} of ${ROUNDS} rounds`);
  });
}
