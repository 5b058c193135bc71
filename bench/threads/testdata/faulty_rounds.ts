import type { Crew } from "../crew.ts";

/** Enough rounds to tell what is broken from a thread that was held up. */
export const ROUNDS = 5;

/** In how many of {@linkcode ROUNDS} the crew said that something is wrong; ends it. */
export async function faultyRounds(crew: Crew): Promise<number> {
  let faulty = 0;
  for (let round = 0; round < ROUNDS; round++) await crew.round().catch(() => faulty++);
  await crew.dismiss();
  return faulty;
}
