import { assertEquals, assertThrows } from "@std/assert";
import { sortSamples } from "./sorted_samples.ts";

Deno.test("sortSamples() sorts numbers as numbers and leaves its argument alone", () => {
  const values = [10, 9, 1, -3, 100];
  assertEquals([...sortSamples(values)], [-3, 1, 9, 10, 100]);
  assertEquals(values, [10, 9, 1, -3, 100]);
});

Deno.test("sortSamples() throws if a value is not finite, and says which", () => {
  for (const wrong of [NaN, Infinity, -Infinity]) {
    assertThrows(() => sortSamples([1, wrong]), RangeError, `every value must be finite, value 1 is ${wrong}`);
  }
});
