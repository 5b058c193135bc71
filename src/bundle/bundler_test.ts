import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join, toFileUrl } from "@std/path";
import type { Bundle } from "./build.ts";
import { Bundler } from "./bundler.ts";

/** A project with packages of every kind. */
const PROJECT: Readonly<Record<string, string>> = {
  "deno.json": `{
    // comments are allowed here
    "imports": { "mapped": "./lib/mapped.ts", "lib/": "./lib/", "renamed": "npm:plain@1" },
  }`,
  "lib/mapped.ts": "export const mapped: string = 'mapped';",
  "lib/enum.ts": "export enum Color { Red = 1, Green }\nexport type Unused = Color;",
  "lib/away.js": "import { here } from '../cycle.ts';\nexport const away = () => here() + 1;",
  "cycle.ts": "import { away } from './lib/away.js';\nexport const here = () => 1;\nexport default () => away();",
  "data.json": `{ "answer": 42 }`,
  "note.txt": "a note",
  "node_modules/plain/package.json": `{ "name": "plain", "main": "main.js" }`,
  "node_modules/plain/main.js":
    "exports.__esModule = true;\nexports.default = 'inner';\nexports.word = require('./word');\nexports.fs = typeof require('fs').statSync;",
  "node_modules/plain/word.js": "module.exports = 'plain';",
  "node_modules/modern/package.json": `{ "name": "modern", "type": "module", "imports": { "#inner": "./inner.js" },
    "exports": { ".": { "import": "./index.mjs", "require": "./none.cjs" }, "./deep/*": "./deep/*.js" } }`,
  "node_modules/modern/index.mjs": "export { inner } from '#inner';",
  "node_modules/modern/inner.js": "import plain from 'plain';\nexport const inner = plain.word;",
  "node_modules/modern/deep/a.js": "export default 'deep';",
  "all.ts": `
    import { readFileSync } from "fs";
    import { away } from "./lib/away.js";
    import cycle from "./cycle.ts";
    import data from "./data.json" with { type: "json" };
    import note from "./note.txt" with { type: "text" };
    import { Color, type Unused } from "lib/enum.ts";
    import { mapped } from "mapped";
    import { inner } from "modern";
    import deep from "modern/deep/a";
    import plain, { word } from "npm:plain@1";
    import renamed from "renamed";
    const { later } = await import("./lib/later.ts");
    const color: Unused = Color.Green;
    export const found = [typeof readFileSync, away(), cycle(), data.answer, note, color, mapped, inner, deep, later];
    export const packages = [plain.default, plain.fs, word, renamed === plain];
    export const meta = import.meta;
    export function fail(): never {
      throw new Error("it fails");
    }`,
  "lib/later.ts": "export const later = import.meta.filename;",
};

async function inProject(use: (bundle: (path: string) => Promise<Bundle>, folder: string) => Promise<void>) {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "puffin-bundle-" }));
  try {
    for (const [path, text] of Object.entries(PROJECT)) {
      await Deno.mkdir(join(folder, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(folder, path), text);
    }
    using bundler = new Bundler();
    await use((path) => bundler.bundle(join(folder, path)), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("Bundler makes one module of TypeScript, JavaScript, JSON and packages, which says where its files are", () =>
  inProject(async (bundle, folder) => {
    const made = await bundle("all.ts");
    assert(made.status === "ok", JSON.stringify(made));
    assert(made.url.startsWith("data:"));
    await Deno.rename(join(folder, "lib"), join(folder, "gone"));
    const all = await import(made.url);
    const later = join(folder, "lib", "later.ts");
    assertEquals(all.found, ["function", 2, 2, 42, "a note", 2, "mapped", "plain", "deep", later]);
    assertEquals(all.packages, ["inner", "function", "plain", true]);
    const path = join(folder, "all.ts"), url = toFileUrl(path).href;
    const { resolve, ...meta } = all.meta;
    assertEquals(meta, { url, filename: path, dirname: folder, main: false });
    assertEquals(resolve("./x.ts"), toFileUrl(join(folder, "x.ts")).href);
    try {
      all.fail();
    } catch (error) {
      assertStringIncludes(error instanceof Error ? error.stack ?? "" : "", `${url}:19:13`);
    }
    assertEquals(made.files.length, Object.keys(PROJECT).length - 3, "all but package.json and deno.json");

    const failures: readonly (readonly [string, string, RegExp])[] = [
      ["syntax.ts", "const a = 1;\nlet b = ;", /syntax\.ts:2:9: Unexpected ";"$/],
      ["gone.ts", "import './lib/mapped.ts';", /gone\.ts:1:8: Cannot import "\.\/lib\/mapped\.ts": there is no file/],
      ["jsr.ts", "import 'jsr:@std/x@1/y';", /run "npx jsr add @std\/x@1" beside the file/],
      ["bare.ts", "import '@a/b/c';", /run "npm install @a\/b" beside the file/],
      ["unexported.ts", "import 'modern/inner.js';", /package "modern" in .* does not export "modern\/inner\.js"/],
      ["remote.ts", "import 'https://x.test/y.ts';", /downloads nothing.*save it beside the file/],
      [
        "odd.ts",
        "import './note.txt';",
        /note\.txt: Cannot load it: modules of type "\.txt" cannot be loaded|Cannot load it/,
      ],
    ];
    for (const [name, text, message] of failures) {
      await Deno.writeTextFile(join(folder, name), text);
      const failed = await bundle(name);
      assert(failed.status === "failed");
      assertMatch(failed.message, message);
    }

    await Deno.writeTextFile(join(folder, "own.ts"), `export { bench } from "puffin-bench";`);
    const own = await bundle("own.ts");
    assert(own.status === "ok");
    const code = new TextDecoder().decode(Uint8Array.fromBase64(own.url.slice(own.url.indexOf(",") + 1)));
    assertStringIncludes(code, `from "${import.meta.resolve("../measure/authoring/mod.ts")}"`);
  }));
