import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import stringWidth from "string-width";
import { joinFitting, wrapText } from "./wrap.ts";

Deno.test("wrapText breaks at spaces and indents what follows", () => {
  assertEquals(wrapText("one two three four", 9, 2), ["one two", "  three", "  four"]);
  assertEquals(wrapText("", 9), [""]);
});

Deno.test("wrapText never exceeds the width", () => {
  const words = fc.array(fc.string({ unit: "grapheme-ascii", maxLength: 30 }).map((word) => word.replaceAll(" ", "")));
  fc.assert(fc.property(words, fc.integer({ min: 5, max: 40 }), (parts, width) => {
    for (const line of wrapText(parts.join(" "), width, 2)) assert(stringWidth(line) <= width, line);
  }));
});

Deno.test("joinFitting leaves out the last facts", () => {
  assertEquals(joinFitting(["abc", "def", "ghi"], 10), "abc · def");
  assertEquals(joinFitting([], 10), "");
});
