import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { hostFactsSchema, hostFigureSchema } from "../measure/document_schema.ts";
import { inTempDir, PUFFIN_BENCH, run } from "./testdata/program.ts";

const answerSchema = z.object({
  environment: z.object({ os: z.string() }),
  host: hostFactsSchema,
  hostFigures: z.array(hostFigureSchema),
  verdict: z.string(),
  checks: z.array(z.object({ title: z.string(), judgement: z.enum(["good", "mind", "bad", "unknown"]) })),
});

Deno.test("puffin-bench system judges the host and measures it, as text and as JSON, and leaves nothing behind", async () => {
  await inTempDir(async (folder) => {
    const args = ["system", "--quick", "--output-dir", folder];
    const [text, json] = await Promise.all([
      run(PUFFIN_BENCH, [...args, "--advice"], { env: { COLUMNS: "100" } }),
      run(PUFFIN_BENCH, [...args, "--format", "json"]),
    ]);
    assertEquals([text.code, text.stderr, json.code, json.stderr], [0, "", 0, ""]);
    const answer = answerSchema.parse(JSON.parse(json.stdout));
    assertEquals(answer.environment.os, Deno.build.os);
    assertEquals(answer.hostFigures.map(({ name, status }) => `${name} ${status}`), [
      "integer measured",
      "float measured",
      "memory_latency measured",
      "memory_bandwidth measured",
      "allocation measured",
      "disk_sync_write measured",
      "loopback_round_trip measured",
    ]);
    for (const { title } of answer.checks) {
      assertMatch(text.stdout, new RegExp(`^${title} +(good|mind|bad|unknown) `, "m"));
    }
    for (const name of ["Integer", "Disk sync write", "Loopback round trip"]) assertStringIncludes(text.stdout, name);
    assert(text.stdout.split("\n").every((line) => line.length <= 100));
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});
