import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { inTempDir } from "../testdata/program.ts";
import { UsageError } from "../usage_error.ts";
import { type AskedSides, findSides } from "./sides.ts";

const isPosix = Deno.build.os !== "windows";

const self = { executable: "self", arguments: ["fork"] };

const ask = (cwd: string, change: Partial<AskedSides>): AskedSides => ({
  a: "a.js",
  b: "b.ts",
  positional: [],
  suiteNames: ["core"],
  self,
  cwd,
  signal: new AbortController().signal,
  ...change,
});

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  await inTempDir(async (folder) => {
    for (const name of ["a.js", "b.ts", "program", "text"]) await Deno.writeTextFile(join(folder, name), "");
    await Deno.writeTextFile(join(folder, "own.ts"), `import "puffin-bench";`);
    await Deno.chmod(join(folder, "program"), 0o755);
    await use(folder);
  });
}

Deno.test("findSides() has this program load two files of benchmarks, as suites of one name", () =>
  inFolder(async (folder) => {
    await using sides = await findSides(ask(folder, {}));
    assertEquals(sides.ignoreDefinitions, true);
    assertEquals([sides.a.launcher, sides.a.suites, sides.a.name], [self, [], "a.js"]);
    const [module] = sides.b.modules;
    assertEquals([module?.path, module?.suite, sides.a.modules[0]?.suite], [join(folder, "b.ts"), "file", "file"]);
    assert(module?.url?.startsWith("data:"));
  }));

Deno.test({
  name: "findSides() takes an executable for one, with the suites and files that were named",
  ignore: !isPosix,
  fn: () =>
    inFolder(async (folder) => {
      await using sides = await findSides(ask(folder, { a: "./program", b: "program", positional: ["core", "a.js"] }));
      assertEquals(sides.ignoreDefinitions, false);
      assertEquals(sides.a.launcher, { executable: join(folder, "program"), arguments: ["fork"] });
      const { suites, modules } = sides.b;
      assertEquals([suites, modules.map(({ path, suite }) => [path, suite])], [["core"], [[
        join(folder, "a.js"),
        "a",
      ]]]);
      await using all = await findSides(ask(folder, { a: "program", b: "program" }));
      assertEquals(all.a.suites, null);
    }),
});

for (
  const [what, change, words] of [
    ["a folder", { a: "." }, ['--a "."', "it is a folder"]],
    ["a file that is neither", { b: "text" }, ['--b "text"', "may not be executed", ".ts"]],
    ["nothing", { a: "none" }, ['--a "none"', "no such file", "revision"]],
    ["an option for git", { a: "--output=x" }, ['--a "--output=x"', "no such file"]],
    ["a file and a program", { a: "program" }, ['"b.ts"', '"program"', "one is a file of benchmarks"]],
    ["files, and a suite besides", { positional: ["core"] }, ['"core"', "--filter"]],
    ["a file that only this program can load", { a: "program", b: "program", positional: ["own.ts"] }, [
      '"own.ts"',
      "built into this program",
    ]],
    ["no suite's name", { a: "program", b: "program", positional: ["Core!"] }, ['"Core!"', "neither a suite (core)"]],
  ] as const
) {
  Deno.test(`findSides() refuses ${what}`, () =>
    inFolder(async (folder) => {
      const error = await assertRejects(() => findSides(ask(folder, change)), UsageError);
      for (const word of words) assertStringIncludes(error.message, word);
      assert(!error.message.includes("\n"));
    }));
}

Deno.test("findSides() ends with the signal's reason when it is aborted", () =>
  inFolder(async (folder) => {
    const asked = ask(folder, { a: "none", signal: AbortSignal.abort("enough") });
    assertEquals(await findSides(asked).catch((reason) => reason), "enough");
  }));
