import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { sampleBenchmark, sampleDocument } from "../report/testdata/sample_document.ts";
import { measureCalibration } from "./calibration.ts";
import { MaterialError, MaterialFolder } from "./material_folder.ts";
import { scriptedPairs } from "./testdata/scripted_pairs.ts";
import { syntheticPairs } from "./testdata/synthetic_pairs.ts";
import { inTempDir } from "../testdata/temp_dir.ts";

const HERE = { host: "0123", quick: true, filter: null };

Deno.test("MaterialFolder gives back what was added, in its order", () =>
  inTempDir(async (path) => {
    const pairs = syntheticPairs({ pairs: 3, benchmarks: 2, seed: 1 });
    const folder = await MaterialFolder.open(path, HERE);
    for (const pair of pairs) await folder.addPair(pair);
    const document = sampleDocument({
      benchmarks: [sampleBenchmark({ name: "one", nominalNs: 100 })],
      groups: [],
      scaling: [],
    });
    await folder.addDocument(document, "busy");
    await folder.addDocument(document, "quiet");
    const again = await MaterialFolder.open(path, HERE);
    assertEquals(again.pairs, pairs);
    assertEquals(again.documents.map(({ condition, durationMs }) => [condition, durationMs]), [
      ["busy", 42_500],
      ["quiet", 42_500],
    ]);
  }));

Deno.test("MaterialFolder drops a last line that was cut short, and goes on after it", () =>
  inTempDir(async (path) => {
    const [first, second] = syntheticPairs({ pairs: 2, benchmarks: 1, seed: 2 });
    if (first === undefined || second === undefined) throw new Error("no pairs");
    const folder = await MaterialFolder.open(path, HERE);
    await folder.addPair(first);
    await Deno.writeTextFile(join(path, "pairs.jsonl"), JSON.stringify(second).slice(0, 50), { append: true });
    const reopened = await MaterialFolder.open(path, HERE);
    assertEquals(reopened.pairs, [first]);
    await reopened.addPair(second);
    assertEquals((await MaterialFolder.open(path, HERE)).pairs, [first, second]);
  }));

Deno.test("MaterialFolder names the line and the field of what is no pair", () =>
  inTempDir(async (path) => {
    const [pair] = syntheticPairs({ pairs: 1, benchmarks: 1, seed: 3 });
    const file = join(path, "pairs.jsonl");
    await Deno.writeTextFile(file, `${JSON.stringify(pair)}\n${JSON.stringify({ ...pair, slowdown: -1 })}\n`);
    await assertRejects(() => MaterialFolder.open(path, HERE), MaterialError, '"pairs.jsonl": line 2: slowdown: ');
    await Deno.writeTextFile(file, "no JSON\n");
    await assertRejects(() => MaterialFolder.open(path, HERE), MaterialError, '"pairs.jsonl": line 1: ');
  }));

Deno.test("MaterialFolder refuses to go on under other circumstances, or beside damaged ones", () =>
  inTempDir(async (path) => {
    await MaterialFolder.open(path, HERE);
    await MaterialFolder.open(path, HERE);
    const others = [{ ...HERE, host: "4567" }, { ...HERE, quick: false }, { ...HERE, filter: "x" }];
    for (const other of others) {
      await assertRejects(() => MaterialFolder.open(path, other), MaterialError, "; measure into another folder");
    }
    await assertRejects(
      () => MaterialFolder.open(path, others[1] ?? HERE),
      MaterialError,
      "quick was true, now it is false",
    );
    await Deno.writeTextFile(join(path, "circumstances.json"), "{");
    await assertRejects(() => MaterialFolder.open(path, HERE), MaterialError, "damaged");
  }));

Deno.test("measureCalibration() measures the part that lags behind, and goes on with what is kept", () =>
  inTempDir(async (path) => {
    const options = {
      parts: ["quiet", "injected"],
      launcher: { executable: "", arguments: [] },
      quick: true,
      filter: null,
      seed: 1,
      tool: { name: "puffin-bench", version: "0" },
    } as const;
    const first = scriptedPairs({ pairMs: 1_000, benchmarks: 1 });
    await measureCalibration({ ...options, ...first, folder: await MaterialFolder.open(path, HERE), timeMs: 5_000 });
    assertEquals(first.asked.length, 5);
    const second = scriptedPairs({ pairMs: 1_000, benchmarks: 1 });
    const folder = await MaterialFolder.open(path, HERE);
    await measureCalibration({ ...options, ...second, folder, timeMs: 20_000 });
    assertEquals(second.asked.length, 15, "what was kept counts");
    const slowed = folder.pairs.filter(({ slowdown }) => slowdown !== 1);
    assertEquals(folder.pairs.length - slowed.length, 12, "three fifths of the time");
    assertEquals(slowed.map(({ slowdown, slowSide }) => `${slowdown}${slowSide}`), [
      "1.1b",
      "1.05b",
      "1.03b",
      "1.1a",
      "1.05a",
      "1.03a",
      "1.1b",
      "1.05b",
    ]);
  }));
