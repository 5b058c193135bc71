import { assert } from "@std/assert";
import { SharedResourcePool } from "../../src/resources/shared/mod.ts";
import { acquiringCrew } from "./acquiring_crew.ts";

Deno.test("A crew that acquires notices a pool that lends more than it is to have", async () => {
  const crew = await acquiringCrew(10, 4, SharedResourcePool.create({ capacity: { cpu: 10 } }));
  let faulty = 0;
  for (let round = 0; round < 5; round++) await crew.round().catch(() => faulty++);
  await crew.dismiss();
  assert(faulty >= 4, `noticed in ${faulty} of 5 rounds`); // a thread may be held up anywhere
});
