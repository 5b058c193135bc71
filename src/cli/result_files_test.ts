import { assertEquals, assertRejects } from "@std/assert";
import { expandFiles, newestResult } from "./result_files.ts";
import { writeResults } from "./testdata/comparable.ts";
import { inTempDir } from "./testdata/program.ts";
import { UsageError } from "./usage_error.ts";

Deno.test("newestResult goes by the time in the name, then by the number", () =>
  inTempDir(async (folder) => {
    await assertRejects(() => newestResult(folder), UsageError, "Cannot find a result");
    await assertRejects(() => newestResult(`${folder}/none`), UsageError, "Cannot find a result");
    const names = ["20260101_000000", "20260102_000000_2", "20260102_000000_10", "20260102_000000"];
    await writeResults(folder, {
      ...Object.fromEntries(names.map((name) => [`benchmark_results_${name}.json`, {}])),
      "benchmark_report_20270101_000000.json": {},
      "baseline.json": {},
    });
    assertEquals(await newestResult(folder), `${folder}/benchmark_results_20260102_000000_10.json`);
  }));

Deno.test("expandFiles takes a file's name literally, expands patterns in order, and leaves the rest to reading", () =>
  inTempDir(async (folder) => {
    await writeResults(folder, { "b1.json": {}, "b2.json": {}, "[odd].json": {}, "b3.json/inner.json": {} });
    const expand = async (...words: readonly string[]) =>
      (await expandFiles(words.map((word) => `${folder}/${word}`), folder)).map((path) =>
        path.slice(folder.length + 1)
      );
    assertEquals(await expand("[odd].json", "b*.json"), ["[odd].json", "b1.json", "b2.json"]);
    assertEquals(await expand("missing.json"), ["missing.json"]);
    await assertRejects(() => expand("c*.json"), UsageError, "no file matches");
  }));
