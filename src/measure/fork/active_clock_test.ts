import { assertEquals } from "@std/assert";
import { activeClock } from "./active_clock.ts";

Deno.test("activeClock() stands still while its thread waits for a processor", () => {
  let [nowNs, waitedNs] = [1_000, 0];
  const clock = activeClock({ name: "scripted", now: () => nowNs }, { runQueueDelayNs: () => waitedNs });
  const start = clock.now();
  [nowNs, waitedNs] = [1_500, 300];
  assertEquals([clock.name, clock.now() - start], ["scripted", 200]);
  [nowNs, waitedNs] = [1_510, 400]; // the thread waited after it had read the time
  assertEquals(clock.now() - start, 200, "it never goes back");
});
