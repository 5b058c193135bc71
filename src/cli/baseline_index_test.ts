import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { baselineIndex, parseBaselineIndex, readRuns } from "./baseline_index.ts";
import { DocumentError } from "../measure/document_error.ts";
import { comparableDocument, writeResults } from "./testdata/comparable.ts";
import { inTempDir } from "./testdata/program.ts";

Deno.test("readRuns reads a result as one run, an index as those that it names, relative to its own folder", () =>
  inTempDir(async (folder) => {
    const [one, two] = [comparableDocument(), comparableDocument({ minute: 1 })];
    await writeResults(folder, {
      "one.json": one,
      "runs/two.json": two,
      "index.json": baselineIndex(["one.json", "runs/two.json"]),
      "baselines/outer.json": baselineIndex(["../index.json"]),
    });
    const started = async (name: string) => (await readRuns(`${folder}/${name}`)).map(({ startedAt }) => startedAt);
    assertEquals(await started("one.json"), [one.run.startedAt]);
    assertEquals(await started("index.json"), [one.run.startedAt, two.run.startedAt]);
    assertEquals(await started("baselines/outer.json"), [one.run.startedAt, two.run.startedAt]);
  }));

Deno.test("readRuns refuses an index that names itself, directly, through others or through a link", () =>
  inTempDir(async (folder) => {
    await writeResults(folder, {
      "self.json": baselineIndex(["self.json"]),
      "a.json": baselineIndex(["b.json"]),
      "b.json": baselineIndex(["./a.json"]),
      "c.json": baselineIndex(["link.json"]),
    });
    await Deno.symlink(`${folder}/c.json`, `${folder}/link.json`);
    for (const name of ["self.json", "a.json", "c.json"]) {
      await assertRejects(() => readRuns(`${folder}/${name}`), DocumentError, "runs names the file itself");
    }
    await assertRejects(() => readRuns(`${folder}/a.json`), DocumentError, "b.json");
  }));

Deno.test("readRuns follows an index to nowhere but its own folder of results", () =>
  inTempDir(async (folder) => {
    const elsewhere = [`${folder}/one.json`, "../one.json", "a/../../one.json", "..", "baselines/../../one.json"];
    await writeResults(folder, {
      "one.json": comparableDocument(),
      ...Object.fromEntries(elsewhere.map((name, at) => [`results/${at}.json`, baselineIndex([name])])),
      "results/baselines/up.json": baselineIndex(["../../one.json"]),
      "results/...json": comparableDocument(),
      "results/dots.json": baselineIndex(["./...json"]),
    });
    for (const path of [...elsewhere.keys(), "baselines/up"]) {
      const reading = () => readRuns(`${folder}/results/${path}.json`);
      await assertRejects(reading, DocumentError, "expected a path within its own folder");
    }
    assertEquals((await readRuns(`${folder}/results/dots.json`)).length, 1);
  }));

Deno.test("readRuns names the file that an index names and that is not there", () =>
  inTempDir(async (folder) => {
    await writeResults(folder, { "index.json": baselineIndex(["gone.json"]) });
    await assertRejects(() => readRuns(`${folder}/index.json`), DocumentError, "gone.json");
  }));

Deno.test("parseBaselineIndex takes no other file for an index, and names what is wrong with one", () => {
  assertEquals(parseBaselineIndex("{}", "a"), undefined);
  assertEquals(parseBaselineIndex('{"name": "puffin-bench/baseline"}', "a"), undefined);
  assertEquals(parseBaselineIndex('{"format": "puffin-bench/baseline", cut', "a"), undefined);
  const wrong = (fields: string) => () => parseBaselineIndex(`{"format":"puffin-bench/baseline",${fields}}`, "a");
  assertThrows(wrong('"version":2,"runs":["b"]'), DocumentError, "version is 2: expected 1");
  assertThrows(wrong('"version":1,"runs":[]'), DocumentError, "runs is []: expected at least one path");
  assertThrows(wrong('"version":1,"runs":[1]'), DocumentError, "runs[0] is 1: expected a path");
  assertThrows(wrong('"version":1,"runs":["b"],"more":1'), DocumentError, "more is 1");
});
