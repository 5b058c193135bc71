import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { matchesPattern } from "./pattern.ts";

Deno.test("matchesPattern matches ids as a whole, and only * is special", () => {
  const cases = [
    ["core-agent/*", "core-agent/a/n=3", true],
    ["core-agent/a", "core-agent/a", true],
    ["core-agent/a", "core-agent/ab", false],
    ["*", "", true],
    ["*/n=3", "core/a/n=3", true],
    ["core/*/n=3", "core/n=3", false],
    ["a*a", "a", false],
    ["a*b*a", "aba", true],
    ["a.c", "abc", false],
    ["[a]", "[a]", true],
  ] as const;
  for (const [pattern, id, expected] of cases) assertEquals(matchesPattern(pattern, id), expected, `${pattern} ${id}`);
});

Deno.test("matchesPattern agrees with a regular expression, whatever the pattern", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
  fc.assert(
    fc.property(text, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 }), (pattern, id) => {
      assertEquals(matchesPattern(pattern, id), new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "s").test(id));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("matchesPattern takes no exponential time", () => {
  assert(!matchesPattern("a*".repeat(1000) + "b", "a".repeat(10_000)));
});
