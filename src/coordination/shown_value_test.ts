import { assertEquals } from "@std/assert";
import { shownValue } from "./shown_value.ts";

Deno.test("shownValue() prints whatever it is given", () => {
  const hostile = { toString: () => Object.create(null) };
  assertEquals(["", 1n, Symbol("s"), null, [1, 2]].map(shownValue), ['""', "1", "Symbol(s)", "null", "1,2"]);
  const unprintable = "of type object, which cannot be printed";
  assertEquals([Object.create(null), hostile, [Object.create(null)]].map(shownValue), Array(3).fill(unprintable));
});
