import { assertEquals, assertThrows } from "@std/assert";
import { readWeights } from "./weights.ts";

Deno.test("readWeights() reads a record once, in which whoever is not named has weight 1", () => {
  const weights = { a: 2, b: 0.5 }, weightOf = readWeights(weights);
  weights.a = 7;
  assertEquals(["a", "b", "c", undefined, "toString", "__proto__"].map(weightOf), [2, 0.5, 1, 1, 1, 1]);
  assertEquals(readWeights(JSON.parse('{ "__proto__": 3 }'))("__proto__"), 3);
});

Deno.test("readWeights() refuses weights out of range, those of a function when they come", () => {
  for (const weight of [0, -1, NaN, Infinity, 1e-7, 1e7]) {
    assertThrows(
      () => readWeights({ batch: weight }),
      RangeError,
      `Cannot give owner "batch" the weight ${weight}: expected a number from 0.000001 to 1000000`,
    );
    const weightOf = readWeights((owner) => owner === undefined ? weight : 1);
    assertEquals(weightOf("batch"), 1);
    assertThrows(() => weightOf(undefined), RangeError, `Cannot give those without an owner the weight ${weight}`);
  }
  assertThrows(() => readWeights(JSON.parse('{ "a": "2" }')), RangeError, "the weight 2: expected a number");
});
