import { assert, assertEquals } from "@std/assert";
import { SharedBarrier, SharedSemaphore } from "../../src/coordination/shared/mod.ts";
import { faultyRounds, ROUNDS } from "../threads/testdata/faulty_rounds.ts";
import { gatheringCrew, lockingCrew, permittedCrew } from "./meeting_crew.ts";

// A thread costs as much as a small program: as many as are measured are started where they are measured, here there are a few.
Deno.test("A crew finds nothing wrong with a lock, a semaphore and a barrier", async () => {
  assertEquals(await faultyRounds(await lockingCrew(3)), 0);
  assertEquals(await faultyRounds(await permittedCrew(4, 3)), 0);
  assertEquals(await faultyRounds(await gatheringCrew(3)), 0);
});

// What is broken has to be noticed in nearly every round: a thread may be held up anywhere, so not in every one.
for (
  const [what, makeCrew] of [
    ["a lock that is none", () => lockingCrew(8, SharedSemaphore.create({ permits: 8 }))],
    ["ten permits in the place of three", () => permittedCrew(10, 3, SharedSemaphore.create({ permits: 10 }))],
    ["a barrier that holds nobody up", () => gatheringCrew(5, SharedBarrier.create({ parties: 1 }))],
  ] as const
) {
  Deno.test(`A crew notices ${what}`, async () => {
    const faulty = await faultyRounds(await makeCrew());
    assert(faulty >= ROUNDS - 1, `noticed in ${faulty} of ${ROUNDS} rounds`);
  });
}
