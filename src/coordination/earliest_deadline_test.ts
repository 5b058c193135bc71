import { assertEquals } from "@std/assert";
import { timers } from "../reliability/timer_wheel.ts";
import { EarliestDeadline } from "./earliest_deadline.ts";
import { withFakeTime } from "./testdata/fake_time.ts";

Deno.test("EarliestDeadline expires once, at the earliest time that was set, unless it is forgotten", () =>
  withFakeTime(async (clock) => {
    const expired: string[] = [];
    const deadline = new EarliestDeadline((deadlineMs) => expired.push(`${deadlineMs} at ${performance.now()}`));
    for (const deadlineMs of [50, 20, 30]) deadline.set(deadlineMs);
    assertEquals(timers.size, 1);
    await clock.tickAsync(100);
    assertEquals(expired, ["20 at 20"]);
    deadline.cancel();
    deadline.set(10);
    deadline.cancel();
    deadline.set(70);
    await clock.tickAsync(100);
    assertEquals([expired, timers.size], [["20 at 20", "70 at 170"], 0]);
  }));
