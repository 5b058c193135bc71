import { assertEquals } from "@std/assert";
import { distancesTo, importersOf } from "./import_graph.ts";

function importsOf(text: string): string[] {
  return [...importersOf([["src/a/b.ts", text]]).keys()];
}

Deno.test("importersOf: whatever loads a module is an import of it", () => {
  assertEquals(importsOf(`import { a } from "./a.ts";`), ["src/a/a.ts"]);
  assertEquals(importsOf(`import {\n  a,\n  type B,\n} from "../a.ts";`), ["src/a.ts"]);
  assertEquals(importsOf(`export * from "./a.ts";\nexport { b } from "./b/mod.ts";`), ["src/a/a.ts", "src/a/b/mod.ts"]);
  assertEquals(importsOf(`import "./a.ts";`), ["src/a/a.ts"]);
  assertEquals(importsOf(`  const { a } = await import("./a.ts");`), ["src/a/a.ts"]);
  assertEquals(importsOf(`new Worker(new URL("./a.ts", import.meta.url), { type: "module" })`), ["src/a/a.ts"]);
});

Deno.test("importersOf: what loads nothing of the project is no import", () => {
  assertEquals(importsOf(`import type { A } from "./a.ts";\nexport type { B } from "./b.ts";`), []);
  assertEquals(importsOf(`import { assert } from "@std/assert";\n// from "./a.ts"`), []);
});

Deno.test("importersOf: an import of types before one of values hides nothing", () => {
  assertEquals(importsOf(`import type { A } from "./a.ts";\nimport { b } from "./b.ts";`), ["src/a/b.ts"]);
});

Deno.test("distancesTo: the least number of imports, for all that load a module and no others", () => {
  const importers = importersOf([
    ["far.ts", `import "./near.ts";`],
    ["near.ts", `import "./module.ts";\nimport "./other.ts";`],
    ["both.ts", `import "./far.ts";\nimport "./near.ts";`],
    ["module.ts", `import "./other.ts";`],
    ["other.ts", `import "./circle.ts";`],
    ["circle.ts", `import "./other.ts";`],
  ]);
  assertEquals(Object.fromEntries(distancesTo("module.ts", importers)), {
    "module.ts": 0,
    "near.ts": 1,
    "far.ts": 2,
    "both.ts": 2,
  });
  assertEquals(distancesTo("circle.ts", importers).get("other.ts"), 1); // and it ends
});
