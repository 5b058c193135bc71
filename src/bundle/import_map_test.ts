import { assertEquals } from "@std/assert";
import { mapSpecifier } from "./import_map.ts";

Deno.test("mapSpecifier() prefers the whole name, then the longest prefix, and resolves by where the map is", () => {
  const map = {
    base: "file:///p/deno.json",
    imports: { "a": "./a.ts", "a/": "./lib/", "a/b/": "npm:/b@1/", "/": "./root/", "toString": "./odd.ts", "c": "//[" },
  };
  const cases = {
    "a": "file:///p/a.ts",
    "a/x.ts": "file:///p/lib/x.ts",
    "a/b/c": "npm:/b@1/c",
    "/x.ts": "file:///p/root/x.ts",
    "toString": "file:///p/odd.ts",
    "b": undefined,
    "c": "//[",
    "valueOf": undefined,
  };
  for (const [specifier, wanted] of Object.entries(cases)) assertEquals(mapSpecifier(map, specifier), wanted);
});
