import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { escapeGoName, unescapeGoName } from "./go_name.ts";

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom("%", "u", "/", "=", " ", "-", "1", "D", "8", "\u0085", "\ud800", "\udc00", "🐧"),
    fc.nat(0xffff).map((code) => String.fromCharCode(code)),
  ),
});

Deno.test("escapeGoName() leaves no white space, slash or equals sign, and unescapeGoName() undoes it", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const escaped = escapeGoName(text);
      assert(!/[\s\x85/=\p{Z}\p{Cc}\p{Cs}]/u.test(escaped), escaped);
      assertEquals(unescapeGoName(escaped), text);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("unescapeGoName() leaves names alone that escapeGoName() would not have written", () => {
  for (const name of ["100%", "a%41", "a%2fb", "%ff%fe", "%uD83D%uDC27", "%u0041"]) {
    assertEquals(unescapeGoName(name), name);
  }
});
