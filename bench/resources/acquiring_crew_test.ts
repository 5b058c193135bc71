import { assert } from "@std/assert";
import { SharedResourcePool } from "../../src/resources/shared/mod.ts";
import { faultyRounds, ROUNDS } from "../threads/testdata/faulty_rounds.ts";
import { acquiringCrew } from "./acquiring_crew.ts";

Deno.test("A crew that acquires notices a pool that lends more than it is to have", async () => {
  const crew = await acquiringCrew(10, 4, SharedResourcePool.create({ capacity: { cpu: 10 } }));
  const faulty = await faultyRounds(crew);
  assert(faulty >= ROUNDS - 1, `noticed in ${faulty} of ${ROUNDS} rounds`); // a thread may be held up anywhere
});
