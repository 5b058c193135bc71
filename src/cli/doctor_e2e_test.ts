import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { z } from "zod";
import { writeDocument } from "../measure/document_file.ts";
import { sampleBenchmark, sampleDocument, sampleFailure } from "../report/testdata/sample_document.ts";
import { inTempDir, PUFFIN_BENCH } from "./testdata/program.ts";
import { standing } from "./testdata/standing_program.ts";

const puffinBench = standing(PUFFIN_BENCH);

const answerSchema = z.object({
  source: z.string(),
  trust: z.enum(["good", "mind", "bad"]),
  verdict: z.string(),
  concerns: z.array(z.object({
    code: z.string(),
    severity: z.enum(["bad", "mind", "note"]),
    evidence: z.array(z.string()).min(1),
    advice: z.string(),
  })),
});

Deno.test("puffin-bench doctor tells what limits the trust in a result, and its exit code whether that is serious", async () => {
  await inTempDir(async (cwd) => {
    const sample = sampleDocument({ benchmarks: [sampleBenchmark({ name: "one", nominalNs: 1000 })], warnings: [] });
    const mild = { ...sample, settings: { ...sample.settings, timeMs: 24 } };
    const grave = { ...mild, benchmarks: [...mild.benchmarks, sampleFailure("two", "boom")] };
    await Deno.mkdir(join(cwd, "results"));
    await writeDocument(join(cwd, "results", "benchmark_results_20261127_120000.json"), grave);
    await writeDocument(join(cwd, "mild.json"), mild);
    await Deno.writeTextFile(join(cwd, "odd.json"), "{}");
    const [newest, json, odd, missing] = await Promise.all([
      puffinBench(["doctor", "newest"], { cwd, env: { COLUMNS: "80" } }),
      puffinBench(["doctor", "mild.json", "--format", "json"], { cwd }),
      puffinBench(["doctor", "odd.json"], { cwd }),
      puffinBench(["doctor", "nowhere.json"], { cwd }),
    ]);
    assertEquals([newest.code, json.code, odd.code, missing.code], [1, 0, 2, 2]);
    assertMatch(newest.stdout, /^Do not trust small differences: \d+ serious/);
    assertMatch(newest.stdout, /^1\. BAD 1 of 2 benchmarks failed\n {3}"two": threw in fork 2: boom\n {3}-> Mend/m);
    const answer = answerSchema.parse(JSON.parse(json.stdout));
    assertEquals([answer.source, answer.trust], ["mild.json", "mind"]);
    assertEquals([odd.stdout, missing.stdout], ["", ""]);
    for (const { stderr } of [odd, missing]) assertMatch(stderr, /^error: [^\n]+\n$/);
  });
});
