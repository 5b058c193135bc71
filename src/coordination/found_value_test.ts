import { assertEquals } from "@std/assert";
import { foundValue } from "./found_value.ts";

Deno.test("foundValue() words whatever there is, also what has no text of its own", () => {
  const values = ["a\n", 7, 5n, null, undefined, Symbol("s"), [1], Object.create(null), () => 0, new Date()];
  assertEquals(values.map(foundValue), [
    '"a\\n"',
    "7",
    "5n",
    "null",
    "undefined",
    "Symbol(s)",
    "an array",
    "an object",
    "a function",
    "an object",
  ]);
});
