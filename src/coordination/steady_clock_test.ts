import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { TokenBucket } from "./rate_limits/token_bucket.ts";
import { SteadyClock } from "./steady_clock.ts";

const FURTHEST_MS = 8.64e15, LONGEST_MS = 1e12;
const readings = fc.oneof(
  fc.integer({ min: -100_000, max: 100_000 }),
  fc.constantFrom(NaN, Infinity, -Infinity, 1e25, -1e25, FURTHEST_MS, -FURTHEST_MS, LONGEST_MS, -LONGEST_MS),
);

Deno.test("SteadyClock tells the sum of all steps forwards, each up to 1e12 ms, whatever is set back or no Date could tell", () =>
  fc.assert(
    fc.property(fc.array(readings), (script) => {
      let reading = 7, last = 7, sum = 0, told = 0;
      const clock = new SteadyClock(() => reading);
      for (reading of script) {
        if (Math.abs(reading) <= FURTHEST_MS) {
          sum += Math.min(LONGEST_MS, Math.max(0, reading - last));
          last = reading;
        }
        const now = clock.now();
        assert(now >= told);
        assertEquals(now, sum);
        told = now;
      }
    }),
  ));

for (const odd of [1e25, -1e25, 8e15, -8e15, Infinity, Number.MAX_VALUE]) {
  Deno.test(`TokenBucket keeps its limit, and grants again, after its clock has told ${odd} for once`, () => {
    let now = 0;
    const bucket = new TokenBucket({ limit: 1e6, perMs: 1000, burst: 3, clock: () => now });
    assert(bucket.tryTake(3));
    now = odd;
    bucket.tryTake();
    now = 1;
    while (bucket.tryTake());
    assert(bucket.retryAfterMs() > 0);
    now += 1;
    assert(bucket.tryTake(3), "a thousand in a millisecond");
    assert(!bucket.tryTake());
  });
}
