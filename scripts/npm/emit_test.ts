import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { withoutDom } from "./declarations.ts";
import { emitModule, parsePackage } from "./emit.ts";

const IMPORTS = { "@std/jsonc": "./src/std/jsonc.ts", zod: "npm:zod@4.6.7", "deno-std/": "npm:/deno-std@1.4.0/" };

Deno.test("emitModule() names modules, URLs and packages as the package does", () => {
  const { path, javaScript, modules, started, packages } = emitModule(
    "src/agent/a.ts",
    `import { parse } from "@std/jsonc";
import type { T } from "./types.ts";
import { z } from "zod";
import { assert } from "deno-std/assert/mod.js";
export const worker = new URL("../b/worker.ts", import.meta.url);
export const used: T = [parse, z, assert];`,
    IMPORTS,
  );
  assertEquals(path, "src/agent/a.js");
  assertEquals({ modules, started, packages }, {
    modules: ["src/std/jsonc.ts"],
    started: ["src/b/worker.ts"],
    packages: ["zod", "deno-std"],
  });
  assertMatch(
    javaScript,
    /from "\.\.\/std\/jsonc\.js";\nimport \{ z \} from "zod";\n.* from "deno-std\/assert\/mod\.js"/,
  );
  assertMatch(javaScript, /new URL\("\.\.\/b\/worker\.js", import\.meta\.url\)/);
});

Deno.test("emitModule() imports what Node.js lacks, only where it is used and is no name of the module's own", () => {
  const emitted = (source: string) => emitModule("src/a.ts", source, IMPORTS).javaScript;
  assertEquals(
    emitted("export const rss: number = Deno.memoryUsage().rss;"),
    'import { Deno } from "../runtime/deno.js";\nexport const rss = Deno.memoryUsage().rss;\n',
  );
  assertEquals(
    emitted("export const groups = Map.groupBy([1], (n) => n);"),
    'import { mapGroupBy } from "../runtime/built_ins.js";\nexport const groups = mapGroupBy([1], (n) => n);\n',
  );
  for (
    const source of ["export let x: Deno.Conn;", "class Worker {}\nnew Worker();", "export const y = { Deno: 1 };"]
  ) {
    assertEquals(emitted(source).includes("runtime/"), false, source);
  }
});

Deno.test("emitModule() and parsePackage() refuse what they cannot resolve", () => {
  assertThrows(() => emitModule("src/a.ts", 'import "unknown";', IMPORTS), SyntaxError, '"unknown"');
  assertThrows(() => parsePackage("jsr:@std/jsonc@1"), SyntaxError, "jsr:");
});

Deno.test("withoutDom() declares what only a browser's types have", () => {
  const declarations = "export type Sent = readonly Transferable[];";
  assertEquals(
    withoutDom("src/agent/a.ts", declarations),
    `import type { Transferable } from "../../runtime/transferable.js";\n${declarations}`,
  );
  assertEquals(withoutDom("src/agent/a.ts", "export type Sent = string;"), "export type Sent = string;");
});
