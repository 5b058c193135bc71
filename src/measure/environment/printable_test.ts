import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { printable } from "./printable.ts";

Deno.test("printable() keeps a name on one line, without control characters and repeated blanks", () => {
  assertEquals(printable("  Intel(R)   Xeon(R)\tCPU \n"), "Intel(R) Xeon(R) CPU");
  assertEquals(printable("evil\x1b[31m\u0000\u202ename"), "evil [31m name");
  assertEquals(printable("Prozessor mit Ümläüten 🙂"), "Prozessor mit Ümläüten 🙂");
  assertEquals(printable("\n\t "), "");
});

Deno.test("printable() cuts long names, never in the middle of a character", () => {
  assertEquals(printable("x".repeat(1_000)), "x".repeat(100));
  assertEquals(printable("🙂".repeat(1_000)), "🙂".repeat(100));
});

Deno.test("printable() changes nothing the second time", () =>
  fc.assert(fc.property(fc.array(fc.oneof(fc.nat(0x2100), fc.nat(0x10ffff))), (points) => {
    const text = String.fromCodePoint(...points);
    const once = printable(text);
    assertEquals(printable(once), once);
    assert(!/[\p{Cc}\p{Cs}]/u.test(once));
  })));
