import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Bundler } from "./bundler.ts";

/** A project with packages of every kind. */
const PROJECT: Readonly<Record<string, string>> = {
  "deno.json": `{
    // comments are allowed here
    "imports": { "mapped": "./lib/mapped.ts", "lib/": "./lib/", "renamed": "npm:plain@1" },
    "scopes": { "./scoped/": { "mapped": "./scoped/own.ts" } },
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
  "scoped/own.ts": "export const mapped = 'of the scope';",
  "scoped/all.ts": "import { mapped } from 'mapped';\nexport default mapped;",
  "node_modules/places/package.json": `{ "name": "places" }`,
  "node_modules/places/index.js": `exports.file = __filename;
    exports.folder = __dirname;
    exports.plain = require.resolve("plain");
    exports.own = ((__filename) => __filename)("mine");`,
  "places.ts": `import places from "places";
    import mapped from "./scoped/all.ts";
    export { mapped, places };
    export const resolve = import.meta.resolve;
    export const found = [import.meta.resolve("modern"), import.meta.resolve("mapped"), import.meta.resolve("node:fs")];
    try {
      import.meta.resolve("nowhere");
    } catch (error) {
      found.push(error.message);
    }`,
  "threads.ts": `import { answerOf } from "./answer.ts";
    const script = new URL("./thread.ts", import.meta.url);
    export const text = Deno.readTextFileSync(script);
    export const answer = await answerOf(new Worker(script, { type: "module" }));
    export const failure = await answerOf(new Worker(import.meta.resolve("./broken.ts"), { type: "module" }));`,
  "answer.ts": `export function answerOf(worker: Worker): Promise<unknown> {
      const { promise, resolve } = Promise.withResolvers<unknown>();
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => (event.preventDefault(), resolve(event.message));
      return promise.finally(() => worker.terminate());
    }`,
  "thread.ts": `import { Color } from "lib/enum.ts";
    import { answerOf } from "./answer.ts";
    if (self.name === "inner") self.postMessage(Color.Red as number);
    else self.postMessage([Color.Green, await answerOf(new Worker(import.meta.url, { type: "module", name: "inner" })), import.meta.filename]);`,
  "broken.ts": "const broken: number = ;",
  "lib/later.ts": "export const later = import.meta.filename;",
};

Deno.test("Bundler", async (test) => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "puffin-bundle-" }));
  using bundler = new Bundler();
  const bundle = (path: string) => bundler.bundle(join(folder, path));
  const url = (path: string) => pathToFileURL(join(folder, path)).href;
  for (const [path, text] of Object.entries(PROJECT)) {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  }

  await test.step("tells CommonJS files where they are, and resolves names as imports", async () => {
    const made = await bundle("places.ts");
    assert(made.status === "ok", JSON.stringify(made));
    const { places, mapped, found, resolve } = await import(made.url);
    const own = join(folder, "node_modules", "places");
    assertEquals({ ...places }, {
      file: join(own, "index.js"),
      folder: own,
      plain: join(folder, "node_modules", "plain", "main.js"),
      own: "mine",
    });
    assertEquals(mapped, "of the scope");
    assertEquals(found.slice(0, 3), [url("node_modules/modern/index.mjs"), url("lib/mapped.ts"), "node:fs"]);
    assertMatch(found[3], /^Cannot resolve "nowhere": .*install it$/);
    assertEquals(resolve("./x.ts"), url("x.ts"));
  });

  await test.step("has Workers start bundles of their scripts, which are read again by nobody", async () => {
    const made = await bundle("threads.ts");
    assert(made.status === "ok", JSON.stringify(made));
    for (const script of ["thread.ts", "lib/enum.ts", "broken.ts"]) assert(made.files.includes(join(folder, script)));
    const { answer, text, failure } = await import(made.url);
    assertEquals(answer, [2, 1, join(folder, "thread.ts")]);
    assertEquals(text, PROJECT["thread.ts"], "the URL itself is what it was");
    assertMatch(failure, /broken\.ts:1:24: Unexpected ";"$/);
  });

  await test.step("makes one module of TypeScript, JavaScript, JSON and packages, which says where its files are", async () => {
    const made = await bundle("all.ts");
    assert(made.status === "ok", JSON.stringify(made));
    assert(made.url.startsWith("data:"));
    await Deno.rename(join(folder, "lib"), join(folder, "gone"));
    const all = await import(made.url);
    await Deno.rename(join(folder, "gone"), join(folder, "lib"));
    const later = join(folder, "lib", "later.ts");
    assertEquals(all.found, ["function", 2, 2, 42, "a note", 2, "mapped", "plain", "deep", later]);
    assertEquals(all.packages, ["inner", "function", "plain", true]);
    const { resolve, ...meta } = all.meta;
    assertEquals(meta, { url: url("all.ts"), filename: join(folder, "all.ts"), dirname: folder, main: false });
    assertEquals(resolve("./x.ts"), url("x.ts"));
    try {
      all.fail();
    } catch (error) {
      assertStringIncludes(error instanceof Error ? error.stack ?? "" : "", `${url("all.ts")}:19:13`);
    }
    assertEquals(made.files.length, 13, "its own and those that it imports");
  });

  await test.step("names file, line and column of what is wrong, and what to do", async () => {
    const failures: readonly (readonly [string, string, RegExp])[] = [
      ["syntax.ts", "const a = 1;\nlet b = ;", /syntax\.ts:2:9: Unexpected ";"$/],
      ["gone.ts", "import './lib/gone.ts';", /gone\.ts:1:8: Cannot import "\.\/lib\/gone\.ts": there is no file/],
      [
        "host.ts",
        "import 'file://host/x.ts';",
        /host\.ts:1:8: .*"file:\/\/host\/x\.ts" names no file of this host; correct/,
      ],
      ["slash.ts", "import './a%2Fb.ts';", /slash\.ts:1:8: .*a%2Fb\.ts" names no file of this host; correct the path/],
      ["half.ts", "import './%ff.ts';", /half\.ts:1:8: .*%ff\.ts" names no file of this host; correct the path/],
      ["computed.ts", "await import(`./lib/${self.name}.ts`);", /computed\.ts: it imports a path that is put together/],
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
  });

  await test.step("leaves addresses of Workers that name no file of the host to the file", async () => {
    const scripts = ["file://host/x.ts", "./a%2Fb.ts", "http://[.ts"];
    const starts = scripts.map((script) => `new Worker(new URL("${script}", import.meta.url), { type: "module" });`);
    await Deno.writeTextFile(join(folder, "odd_threads.ts"), `export const start = () => { ${starts.join(" ")} };`);
    assertEquals((await bundle("odd_threads.ts")).status, "ok");
  });

  await test.step("has files import this program as a package", async () => {
    await Deno.writeTextFile(join(folder, "own.ts"), `export { bench } from "puffin-bench";`);
    const own = await bundle("own.ts");
    assert(own.status === "ok");
    const code = new TextDecoder().decode(Uint8Array.fromBase64(own.url.slice(own.url.indexOf(",") + 1)));
    assertStringIncludes(code, `from "${import.meta.resolve("../measure/authoring/mod.ts")}"`);
  });
  await Deno.remove(folder, { recursive: true });
});
