import { assertEquals } from "@std/assert";
import { CallingCrew } from "./calling_crew.ts";
import { VirtualTime } from "./virtual_time.ts";

async function rounds(crew: CallingCrew): Promise<boolean[]> {
  const results: boolean[] = [];
  for (let round = 0; round < 3; round++) results.push(await crew.round());
  await crew.dismiss();
  return results;
}

Deno.test("CallingCrew finds that a shared limiter lets through what the rate allows", async () => {
  assertEquals(await rounds(await CallingCrew.muster(4, 10)), [true, true, true]);
  assertEquals(await rounds(await CallingCrew.muster(2, 100)), [true, true, true]);
});

for (
  const [what, rate, threads = 2] of [
    ["lets everybody through", { limit: 1_000_000, burst: 1_000_000 }],
    ["lets one call more through than it may", { limit: 10, burst: 2 }],
    ["is a little too fast", { limit: 11, burst: 1 }],
    ["is too slow", { limit: 5, burst: 1 }],
    ["lets as many calls through as it may, but not evenly", { limit: 5, burst: 11 }, 4],
  ] as const
) {
  Deno.test(`CallingCrew notices a limiter that ${what}`, async () => {
    assertEquals((await rounds(await CallingCrew.muster(threads, 10, rate)))[0], false);
  });
}

Deno.test("VirtualTime tells each moment once, and its notes in order", () => {
  const memory = VirtualTime.memory(3), here = new VirtualTime(memory), there = new VirtualTime(memory);
  assertEquals([here.tellMs(), there.tellMs(), here.tellMs()], [0, 1, 2]);
  here.note();
  there.note();
  assertEquals([...here.takeNotesMs()], [1, 2]);
  assertEquals([...there.takeNotesMs()], []);
});
