import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { anyText } from "./testdata/any_text.ts";
import { visibleJson, visibleText } from "./visible_text.ts";

Deno.test("visibleText writes what would act on a terminal as an escape", () => {
  assertEquals(visibleText("a\nb\r\t\x1b[31m\x9b\x7f"), "a\\nb\\r\\t\\u{1b}[31m\\u{9b}\\u{7f}");
  assertEquals(visibleText("\u202eabc\u2066\u200b\ufeff\u2028"), "\\u{202e}abc\\u{2066}\\u{200b}\\u{feff}\\u{2028}");
  assertEquals(visibleText("lone \ud83d"), "lone \\u{d83d}");
});

Deno.test("visibleText keeps ordinary text of any script, joined emoji included", () => {
  for (const text of ["plain", "µs ±∞", "漢字", "👩‍👩‍👧", "é e\u0301"]) assertEquals(visibleText(text), text);
});

Deno.test("visibleText cuts a tower of combining marks", () => {
  assertEquals(visibleText("a" + "\u0301".repeat(1000) + "b"), "a" + "\u0301".repeat(4) + "b");
});

Deno.test("visibleText leaves no control character, whatever the text", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      // deno-lint-ignore no-control-regex -- control characters are what must be gone
      assert(!/[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]/.test(visibleText(text)));
    }),
    { numRuns: 500 },
  );
});

Deno.test("visibleJson is the same value, and nothing in it acts", () => {
  assertEquals(visibleJson({ a: "\x9b\u202e\u{e0001}é👩‍👧" }), '{"a":"\\u009b\\u202e\\udb40\\udc01é👩\\u200d👧"}');
  fc.assert(
    fc.property(fc.dictionary(anyText(), fc.jsonValue()), (value) => {
      const text = visibleJson(value, 2);
      assertEquals(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert(!/[^\P{C}\n]|[\u2028\u2029]/u.test(text.replace(/\p{Co}|\p{Cn}/gu, "")), text);
    }),
    { numRuns: 200 },
  );
});
