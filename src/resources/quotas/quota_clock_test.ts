import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { QuotaClock } from "./quota_clock.ts";

Deno.test("QuotaClock.read() never goes back, and passes over what is no time", () => {
  let ms = NaN;
  const clock = new QuotaClock(() => ms), read = (value: number) => (ms = value, clock.read());
  assertEquals([NaN, 0.007, 1.5, 1, -5, NaN, Infinity, -Infinity, 1e300, 2].map(read), [
    0,
    7,
    1500,
    1500,
    1500,
    1500,
    1500,
    1500,
    1500,
    2000,
  ]);
});

Deno.test("QuotaClock.msUntil() is no shorter than the clock needs, and no longer than a microsecond more", () =>
  fc.assert(
    fc.property(
      fc.double({ min: -1e12, max: 1e12, noNaN: true }),
      fc.double({ min: -1e6, max: 0, noNaN: true }),
      fc.oneof(fc.nat(2000), fc.nat(2 ** 45)),
      (startMs, backMs, micros) => {
        let ms = startMs;
        const clock = new QuotaClock(() => ms), start = clock.read();
        ms += backMs;
        const now = ms, delayMs = clock.msUntil(micros);
        ms = now + delayMs;
        assertEquals(clock.read() >= start + micros, true, "in time");
        assert(delayMs <= micros / 1000 + (startMs - now) + 0.0015, `${delayMs} ms`);
      },
    ),
    { numRuns: 2000 },
  ));
