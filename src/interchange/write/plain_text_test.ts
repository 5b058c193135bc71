import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { plainText } from "./plain_text.ts";

const unit = fc.oneof(
  fc.constantFrom("\\u{a}", "\\", "u{", "}", "a", "\n", "\ud800", "\udc00", "\u202e", "\ufffe", "\u200d", "🐧"),
  fc.nat(0xffff).map((code) => String.fromCharCode(code)),
);

/** Char of XML 1.0, section 2.2, without the control characters that it allows. */
const XML_CHARACTERS = /^[\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

Deno.test("plainText() writes only characters that XML, JSON and labels may hold, and can be undone", () => {
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      const plain = plainText(text);
      assert(XML_CHARACTERS.test(plain) && plain.isWellFormed());
      // A lone surrogate next to another would join it: the pieces are put together unit by unit, as they were.
      const undone = plain.replace(/\\u\{([0-9a-f]+)\}/g, (_, code) => String.fromCodePoint(parseInt(code, 16)));
      assertEquals(undone, text);
    }),
    { numRuns: 2_000 },
  );
});
