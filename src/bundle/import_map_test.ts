import { assertEquals } from "@std/assert";
import { importMapAt, mapSpecifier } from "./import_map.ts";

Deno.test("mapSpecifier() prefers the whole name, then the longest prefix, and resolves by where the map is", () => {
  const map = importMapAt("file:///p/deno.json", {
    imports: {
      "a": "./a.ts",
      "a/": "./lib/",
      "a/b/": "npm:/b@1/",
      "toString": "./odd.ts",
      "@std/x": "jsr:@std/x@1",
      "./old.ts": "./new.ts",
      "https://x.test/": "./vendor/",
    },
  });
  const cases = {
    "a": "file:///p/a.ts",
    "a/x.ts": "file:///p/lib/x.ts",
    "a/b/c": "npm:/b@1/c",
    "toString": "file:///p/odd.ts",
    "@std/x": "jsr:@std/x@1",
    "@std/x/y": "jsr:@std/x@1/y",
    "../old.ts": "file:///p/new.ts",
    "https://x.test/y.ts": "file:///p/vendor/y.ts",
    "b": undefined,
    "./new.ts": undefined,
    "valueOf": undefined,
  };
  for (const [specifier, wanted] of Object.entries(cases)) {
    assertEquals(mapSpecifier(map, specifier, "file:///p/own/x_bench.ts"), wanted, specifier);
  }
  const rooted = importMapAt("file:///p/deno.json", { imports: { "/": "./", "./": "./" } });
  for (const specifier of ["/own/x.ts", "./x.ts"]) {
    assertEquals(mapSpecifier(rooted, specifier, "file:///p/own/x_bench.ts"), "file:///p/own/x.ts");
  }
});

Deno.test("mapSpecifier() looks into the longest scope that the importing file is in, then into wider ones", () => {
  const map = importMapAt("file:///p/deno.json", {
    imports: { a: "./a.ts", b: "./b.ts" },
    scopes: {
      "./in/": { a: "./in/a.ts", c: "./in/c.ts" },
      "./in/deep/": { a: "./in/deep/a.ts" },
      "./one.ts": { a: "./only.ts" },
      "./other": { a: "./none.ts" },
    },
  });
  const cases: readonly (readonly [importer: string, specifier: string, wanted: string | undefined])[] = [
    ["x.ts", "a", "a.ts"],
    ["in/x.ts", "a", "in/a.ts"],
    ["in/deep/x.ts", "a", "in/deep/a.ts"],
    ["in/deep/x.ts", "c", "in/c.ts"],
    ["in/deep/x.ts", "b", "b.ts"],
    ["one.ts", "a", "only.ts"],
    ["other/x.ts", "a", "a.ts"],
    ["x.ts", "c", undefined],
  ];
  for (const [importer, specifier, wanted] of cases) {
    const found = mapSpecifier(map, specifier, `file:///p/${importer}`);
    assertEquals(found, wanted === undefined ? undefined : `file:///p/${wanted}`, `${specifier} in ${importer}`);
  }
});
