import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { CommonClock } from "./common_clock.ts";

Deno.test("CommonClock.now() stands still while the clock is behind, and goes on at once if that was set back", () => {
  let readingMs = 5_000;
  const clock = new CommonClock(() => readingMs);
  assertEquals([clock.now(0), clock.now(5_600)], [5_000, 5_600]);
  readingMs = 5_100;
  assertEquals(clock.now(5_600), 5_600, "another thread's clock is half a second ahead");
  readingMs = 5_700;
  assertEquals(clock.now(5_600), 5_700);
  readingMs = -86_400_000;
  assertEquals(clock.now(5_600), 5_700, "a day back");
  readingMs += 10;
  assertEquals(clock.now(5_600), 5_710);
});

Deno.test("CommonClock.now() stands still while the clock throws or tells what is no time", () => {
  const readings = [3, NaN, Infinity, -Infinity, 1e25, -1e25, undefined, 4];
  let at = 0;
  const clock = new CommonClock(() => {
    const reading = readings[at++];
    if (reading === undefined) throw new Error("no clock");
    return reading;
  });
  assertEquals(readings.map(() => clock.now(0)), [3, 3, 3, 3, 3, 3, 3, 4]);
});

Deno.test("CommonClock.now() never goes back, nor faster than the fastest of clocks that are a little apart", () =>
  fc.assert(fc.property(
    fc.array(fc.record({ afterMs: fc.nat(40), lateMs: fc.integer({ min: 0, max: 900 }), isElsewhere: fc.boolean() })),
    (looks) => {
      let nowMs = 0, lateMs = 0, latestMs = 0;
      const clocks = [new CommonClock(() => nowMs), new CommonClock(() => nowMs - lateMs)] as const;
      for (const look of looks) {
        nowMs += look.afterMs;
        lateMs = look.lateMs;
        const toldMs = clocks[look.isElsewhere ? 1 : 0].now(latestMs);
        assertEquals([toldMs >= latestMs, toldMs <= nowMs], [true, true]);
        latestMs = toldMs;
      }
    },
  )));
