import { assertThrows } from "@std/assert";
import { requireCount } from "./require_count.ts";

Deno.test("requireCount() refuses what is no integer in its range, saying what was found, wanted, and what to do", () => {
  for (const good of [1, 2, 3]) requireCount("use size", good, { min: 1, max: 3 });
  for (const bad of [0, 4, 1.5, NaN, Infinity, -1]) {
    assertThrows(
      () => requireCount("use size", bad, { min: 1, max: 3, advice: "leave it out for 1" }),
      RangeError,
      `Cannot use size ${bad}: expected an integer from 1 to 3; leave it out for 1`,
    );
  }
  assertThrows(
    () => requireCount("use size", JSON.parse('"2"'), { min: 1, max: 3 }),
    RangeError,
    'size "2": expected an integer from 1 to 3; pass a number in that range',
  );
});
