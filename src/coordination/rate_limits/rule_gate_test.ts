import { assert } from "@std/assert";
import fc from "fast-check";
import { msUntil } from "./rule_gate.ts";

Deno.test("msUntil() never ends before its time, nor much after", () =>
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e12, noNaN: true }),
      fc.double({ min: 0, max: 1e12, noNaN: true }),
      (a, b) => {
        const now = Math.min(a, b), time = Math.max(a, b), ms = msUntil(time, now);
        assert(now + ms >= time);
        assert(now + ms - time <= time * 2 * Number.EPSILON);
      },
    ),
    { numRuns: 1_000 },
  ));
