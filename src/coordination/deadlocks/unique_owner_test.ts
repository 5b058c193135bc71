import { assert, assertEquals, assertThrows } from "@std/assert";
import { isUniqueOwner, uniqueOwner } from "./unique_owner.ts";

Deno.test("uniqueOwner() makes a name that nobody else has, and that can be told from all others", () => {
  const names = Array.from({ length: 100 }, () => uniqueOwner("transfer"));
  assertEquals(new Set(names).size, 100);
  assert(names.every((name) => name.startsWith("transfer#") && isUniqueOwner(name)));
  assert(isUniqueOwner(uniqueOwner(names[0]!)));
  assert(!["transfer", "transfer#1", "transfer#1b9d6bcd.7", "#"].some(isUniqueOwner));
});

Deno.test("uniqueOwner() refuses what is no name", () => {
  assertThrows(() => uniqueOwner(""), TypeError, 'Cannot acquire for owner ""');
});
