import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { createRandom } from "../random.ts";
import { hasLevelShift } from "./level_shift.ts";

/** Values around a level for each sample, off by 3 % at most. */
function series(levels: readonly number[], seed = 1): number[] {
  const random = createRandom(seed);
  return levels.map((level) => level * (0.97 + 0.06 * random.nextFloat()));
}

const flat = Array.from({ length: 24 }, () => 100);

Deno.test("hasLevelShift() sees a step up or down, early or late", () => {
  for (const at of [6, 12, 18]) {
    assertEquals(hasLevelShift(series(flat.map((level, index) => index < at ? 1.3 * level : level))), true);
    assertEquals(hasLevelShift(series(flat.map((level, index) => index < at ? level : 1.3 * level))), true);
  }
});

Deno.test("hasLevelShift() sees none in noise, a slow drift, a short disturbance, or a small step", () => {
  assertEquals(hasLevelShift(series(flat)), false);
  assertEquals(hasLevelShift(series(flat.map((level, index) => level * (1 + index / 200)))), false);
  assertEquals(hasLevelShift(series(flat.map((level, index) => index < 4 ? 2 * level : level))), false);
  assertEquals(hasLevelShift(series(flat.map((level, index) => index < 12 ? 1.05 * level : level))), false);
});

Deno.test("hasLevelShift() has no opinion about few values, or values that are not above 0", () => {
  assertEquals(hasLevelShift([]), false);
  assertEquals(hasLevelShift([1, 1, 1, 1, 1, 2, 2, 2, 2, 2]), false);
  assertEquals(hasLevelShift(flat.map((_, index) => index - 12)), false);
});

Deno.test("hasLevelShift() does not depend on the unit", () => {
  const values = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { maxLength: 30 });
  fc.assert(fc.property(values, (list) => {
    assertEquals(hasLevelShift(list.map((value) => value * 1024)), hasLevelShift(list));
  }));
});
