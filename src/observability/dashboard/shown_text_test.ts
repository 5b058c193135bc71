import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { shownError, shownText } from "./shown_text.ts";

Deno.test("shownText keeps what is short, cuts the middle of what is long, and lets nothing act", () => {
  assertEquals(shownText("state 漢字 🐧", 20), "state 漢字 🐧");
  assertEquals(shownText("beginning and end", 10), "beginni…nd");
  assertEquals(shownText("\u202etfel\x1b[2J", 20), "\\u{202e}tfel\\u{1b}[2J");
  const characters = fc.constantFrom("🐧", "a", "漢");
  fc.assert(fc.property(fc.array(characters, { maxLength: 60 }), fc.integer({ min: 4, max: 40 }), (text, most) => {
    const shown = shownText(text.join(""), most);
    assert(!shown.includes("\\u{d"), "no half of a character is left over");
    assertEquals(shown.includes("…"), text.join("").length > most);
  }));
});

Deno.test("shownError tells whatever was thrown", () => {
  assertEquals(shownError(new TypeError("no key\nat all")), "TypeError: no key\\nat all");
  assertEquals([shownError("text"), shownError(undefined), shownError(Symbol("s"))], [
    "text",
    "undefined",
    "Symbol(s)",
  ]);
  assertEquals(
    shownError({
      toString: () => {
        throw new Error("never");
      },
    }),
    "an object",
  );
});

const collect: unknown = Reflect.get(globalThis, "gc");

Deno.test({
  name: "shownText keeps nothing of a long text but what it shows",
  ignore: typeof collect !== "function",
  fn() {
    const heapUsed = () => {
      if (typeof collect === "function") collect();
      return Deno.memoryUsage().heapUsed;
    };
    const before = heapUsed();
    const shown = Array.from({ length: 50 }, (_, at) => shownText(String(at).padEnd(2 ** 20, "long "), 160));
    const kept = heapUsed() - before;
    assert(kept < 2 ** 23, `${shown.length} texts of 160 characters keep ${kept} bytes`);
  },
});
