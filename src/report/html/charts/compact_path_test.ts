import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { compactPath } from "./compact_path.ts";

/** The corners of a path as `compactPath` writes it. */
function corners(path: string): [number, number][] {
  const found: [number, number][] = [];
  let [x, y] = [0, 0];
  for (const [, command = "", rest = ""] of path.matchAll(/([MlhvZz])([^MlhvZz]*)/g)) {
    const numbers = (rest.match(/-?\d+/g) ?? []).map(Number);
    while (numbers.length > 0) {
      if (command === "M") [x, y] = [numbers.shift() ?? 0, numbers.shift() ?? 0];
      if (command === "l") [x, y] = [x + (numbers.shift() ?? 0), y + (numbers.shift() ?? 0)];
      if (command === "h") x += numbers.shift() ?? 0;
      if (command === "v") y += numbers.shift() ?? 0;
      found.push([x, y]);
    }
  }
  return found;
}

Deno.test("compactPath passes through the same corners, whatever they are", () => {
  const coordinate = fc.double({ min: -500, max: 500, noNaN: true }).map((value) => Math.round(value * 10) / 10);
  fc.assert(fc.property(fc.array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 30 }), (points) => {
    const path = points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${x},${y}`).join("");
    assertEquals(corners(compactPath(path)), points.map(([x, y]) => [Math.round(x) + 0, Math.round(y) + 0]));
  }));
});

Deno.test("compactPath leaves alone what it does not know", () => {
  assertEquals(compactPath("M0,0C1,1,2,2,3,3"), "M0,0C1,1,2,2,3,3");
  assertEquals(compactPath(""), "");
});
