import { assertEquals, assertRejects } from "@std/assert";
import { join, relative } from "node:path";
import { inTempDir } from "../testdata/program.ts";
import { UsageError } from "../usage_error.ts";
import { findBenchmarkFiles } from "./benchmark_files.ts";

Deno.test("findBenchmarkFiles() finds files by name, folder and pattern, each once, and names their suites", () =>
  inTempDir(async (cwd) => {
    const paths = [
      "a_bench.ts",
      "sub/a_bench.ts",
      "sub/b.bench.mjs",
      "sub/bench.js",
      "sub/workbench.ts",
      "sub/helper.ts",
      "sub/references.ts",
      "node_modules/x/x_bench.ts",
      ".hidden/y_bench.ts",
      "none/readme.md",
    ];
    for (const path of paths) {
      await Deno.mkdir(join(cwd, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(cwd, path), "");
    }
    const find = async (...words: readonly string[]) => {
      const { files, empty } = await findBenchmarkFiles(words, cwd);
      return [files.map(({ path, suite }) => `${relative(cwd, path)}: ${suite}`), [...empty.keys()]];
    };
    assertEquals(await find("."), [
      ["a_bench.ts: a_bench.ts", "sub/a_bench.ts: sub/a_bench.ts", "sub/b.bench.mjs: b.bench", "sub/bench.js: bench"],
      [],
    ]);
    assertEquals(await find("sub/helper.ts", "sub/*.ts", "none", "*.js"), [
      ["helper", "a_bench", "references", "workbench"].map((name) =>
        `sub/${name}.ts: ${name === "references" ? "sub/references.ts" : name}`
      ),
      ["none", "*.js"],
    ]);
    await assertRejects(() => find("none"), UsageError, "the folder has no file of benchmarks");
    await assertRejects(() => find("gone.ts", "a_bench.ts"), UsageError, "there is no such file");
    await assertRejects(() => find("none/readme.md"), UsageError, "it is no file of benchmarks");
  }));
