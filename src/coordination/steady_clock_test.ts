import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { SteadyClock } from "./steady_clock.ts";

Deno.test("SteadyClock tells the sum of all steps forwards, whatever is set back or is no number", () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: -100_000, max: 100_000 }), fc.constantFrom(NaN, Infinity, -Infinity))),
      (readings) => {
        let reading = 7, last = 7, sum = 0, told = 0;
        const clock = new SteadyClock(() => reading);
        for (reading of readings) {
          if (Number.isFinite(reading)) {
            sum += Math.max(0, reading - last);
            last = reading;
          }
          const now = clock.now();
          assert(now >= told);
          assertEquals(now, sum);
          told = now;
        }
      },
    ),
  ));
