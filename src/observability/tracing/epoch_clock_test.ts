import { assertEquals } from "@std/assert";
import { EpochClock, hrTimeOf } from "./epoch_clock.ts";

Deno.test("EpochClock follows a step of the wall clock within a second, and no small drift", () => {
  let steady = 100, wall = 1_000_100;
  const clock = new EpochClock({ steady: () => steady, wall: () => wall });
  assertEquals(clock.anchorAt(steady), 1_000_000);
  [steady, wall] = [1100, 1_001_105];
  assertEquals(clock.anchorAt(steady), 1_000_000, "5 ms off");
  [steady, wall] = [1200, 5_000_000];
  assertEquals(clock.anchorAt(steady), 1_000_000, "not looked at yet");
  steady = 2100;
  assertEquals(clock.anchorAt(steady), 4_997_900);
});

Deno.test("hrTimeOf() is exact to the nanosecond, and never tells 1e9 of them", () => {
  assertEquals(hrTimeOf(1_700_000_000_000, 0.123456), [1_700_000_000, 123456]);
  assertEquals(hrTimeOf(1_700_000_000_000, 999.9999999), [1_700_000_001, 0]);
});
