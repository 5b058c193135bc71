import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { type ResultFile, ResultsFolder, stampOf } from "./results_folder.ts";
import { UsageError } from "./usage_error.ts";
import { inTempDir } from "../testdata/temp_dir.ts";

const DATE = new Date(2026, 10, 3, 4, 5, 6);
const pair = (text: string): readonly ResultFile[] => [
  { kind: "results", extension: "json", text },
  { kind: "report", extension: "html", text },
];

const namesIn = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name).toSorted();

Deno.test("stampOf writes local time as YYYYMMDD_HHMMSS", () => assertEquals(stampOf(DATE), "20261103_040506"));

Deno.test("ResultsFolder.open makes the folder and leaves nothing in it", () =>
  inTempDir(async (path) => {
    const folder = await ResultsFolder.open(join(path, "a", "b"));
    assertEquals(namesIn(folder.path), []);
  }));

Deno.test("ResultsFolder.open refuses a path that is a file, and names it", () =>
  inTempDir(async (path) => {
    const file = join(path, "file");
    await Deno.writeTextFile(file, "");
    const error = await assertRejects(() => ResultsFolder.open(file), UsageError, "Cannot write to");
    assertStringIncludes(error.message, JSON.stringify(file));
    assertEquals(error.message.includes("\n"), false);
  }));

Deno.test("ResultsFolder.save replaces no file: runs of one second get numbered names, the same for both files", () =>
  inTempDir(async (path) => {
    const folder = await ResultsFolder.open(path);
    const saved = await Promise.all(["a", "b", "c"].map((text) => folder.save(pair(text), DATE)));
    assertEquals(new Set(saved.flat()).size, 6);
    for (const [index, paths] of saved.entries()) {
      assertEquals(paths.map((file) => Deno.readTextFileSync(file)), Array(2).fill("abc"[index]));
      const [json = "", html = ""] = paths;
      assertEquals(json.replace("results_", "report_").replace(".json", ".html"), html);
    }
    assertEquals(namesIn(path).filter((name) => name.startsWith(".")), []);
  }));

Deno.test("ResultsFolder.save leaves an older page alone and takes a free number for both", () =>
  inTempDir(async (path) => {
    await Deno.writeTextFile(join(path, "benchmark_report_20261103_040506.html"), "old");
    const folder = await ResultsFolder.open(path);
    await folder.save(pair("new"), DATE);
    assertEquals(namesIn(path), [
      "benchmark_report_20261103_040506.html",
      "benchmark_report_20261103_040506_2.html",
      "benchmark_results_20261103_040506_2.json",
    ]);
  }));

Deno.test("ResultsFolder.save keeps the results elsewhere if the folder is gone, and says where", () =>
  inTempDir(async (path) => {
    const folder = await ResultsFolder.open(join(path, "gone"));
    await Deno.remove(folder.path);
    const error = await assertRejects(() => folder.save(pair("kept"), DATE), UsageError);
    const elsewhere = /in (\S+benchmark_results\.json) and (\S+benchmark_report\.html) instead$/.exec(error.message);
    assert(elsewhere !== null, error.message);
    for (const file of elsewhere.slice(1)) assertEquals(await Deno.readTextFile(file), "kept");
    await Deno.remove(join(elsewhere[1] ?? "", ".."), { recursive: true });
  }));
