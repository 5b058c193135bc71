import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import stringWidth from "string-width";
import { padEnd, padStart, shortenEnd, shortenMiddle } from "./shorten.ts";

Deno.test("shortenMiddle keeps both ends", () => {
  assertEquals(shortenMiddle("State Dependency (n=1000)", 11), "State…1000)");
  assertEquals(shortenMiddle("short", 5), "short");
  assertEquals(shortenMiddle("short", 0), "");
});

Deno.test("shortenEnd keeps the beginning", () => assertEquals(shortenEnd("abcdef", 4), "abc…"));

Deno.test("padStart and padEnd count the columns of wide characters", () => {
  assertEquals(padEnd("漢", 4), "漢  ");
  assertEquals(padStart("漢", 4), "  漢");
});

Deno.test("shortenMiddle and shortenEnd never exceed their columns and cut no character in two", () => {
  const text = fc.array(fc.constantFrom("a", "漢", "👩‍👩‍👧", "e\u0301", "🇩🇪", " "), { maxLength: 60 }).map((parts) =>
    parts.join("")
  );
  fc.assert(fc.property(text, fc.integer({ min: 1, max: 40 }), (value, columns) => {
    for (const cut of [shortenMiddle(value, columns), shortenEnd(value, columns)]) {
      assert(stringWidth(cut) <= columns, `${cut} takes more than ${columns} columns`);
      assert(cut.isWellFormed());
    }
  }));
});
