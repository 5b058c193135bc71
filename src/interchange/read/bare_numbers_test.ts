import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { quoteBareNumbers } from "./bare_numbers.ts";

Deno.test("quoteBareNumbers() changes no JSON that is valid already", () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: fc.constantFrom("NaN", "Infinity", '"', "\\", "-", "x", ":") }), (json) => {
      assertEquals(quoteBareNumbers(json), json);
    }),
  );
});

Deno.test("quoteBareNumbers() puts bare numbers into quotes, not what only begins like one", () => {
  assertEquals(
    quoteBareNumbers('[NaN, -Infinity,Infinity, "\\"NaN", Nano]'),
    '["NaN", "-Infinity","Infinity", "\\"NaN", Nano]',
  );
});

Deno.test("quoteBareNumbers() leaves a string that does not end as it is", () => {
  assertEquals(quoteBareNumbers('[NaN, "NaN'), '["NaN", "NaN');
});
