import { assert } from "@std/assert";
import fc from "fast-check";
import { msUntil } from "./rule_gate.ts";

/** Times and differences that lie in the middle of two numbers, where sums are rounded down as often as up. */
const halves = fc.tuple(fc.nat(9), fc.nat(9)).map((
  [now, time],
) => [now * Number.EPSILON / 2, 1 + time * Number.EPSILON]);
const any = fc.double({ min: 0, max: 1e12, noNaN: true });

Deno.test("msUntil() never ends before its time, nor much after", () =>
  fc.assert(
    fc.property(fc.oneof(halves, fc.tuple(any, any)), (times) => {
      const now = Math.min(...times), time = Math.max(...times), ms = msUntil(time, now);
      assert(now + ms >= time);
      assert(now + ms - time <= time * 2 * Number.EPSILON);
    }),
    { numRuns: 1_000 },
  ));
