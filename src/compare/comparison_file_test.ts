import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DocumentError } from "../measure/document_error.ts";
import { parseComparison, readComparison, writeComparison } from "./comparison_file.ts";
import { comparisonJsonSchema } from "./comparison_json_schema.ts";
import { sampleCompared, sampleComparison, samplePairedComparison } from "./testdata/sample_comparison.ts";

Deno.test("readComparison() reads what writeComparison() wrote, and nothing else is left in the folder", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "comparison.json");
    await writeComparison(path, sampleComparison());
    await writeComparison(path, samplePairedComparison());
    assertEquals(await readComparison(path), samplePairedComparison());
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["comparison.json"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("parseComparison() names the file, the place and the value of what is wrong", () => {
  const edited = (edit: object) => JSON.stringify({ ...sampleComparison(), ...edit });
  const twice = [sampleCompared("a", { percent: 1 }), sampleCompared("a", { percent: 1 })];
  const broken = { ...sampleCompared("a", { percent: 1 }), ratio: -1 };
  const cases: [string, string, string][] = [
    ["", "document_not_json", "empty; pass a comparison document"],
    [JSON.stringify(sampleComparison()).slice(0, 500), "document_not_json", "perhaps cut off"],
    [edited({ format: "puffin-bench/result" }), "document_wrong_format", 'found "puffin-bench/result"'],
    [edited({ version: 2 }), "document_wrong_version", "found 2"],
    [edited({ benchmarks: twice }), "document_invalid", "benchmarks[1].id"],
    [edited({ benchmarks: [broken] }), "document_invalid", "benchmarks[0].ratio is -1"],
  ];
  for (const [input, code, expected] of cases) {
    const error = assertThrows(() => parseComparison(input, "some/file.json"), DocumentError);
    assertEquals(error.code, code);
    assertStringIncludes(error.message, expected);
    assertStringIncludes(error.message, "some/file.json");
    assertEquals(error.message.includes("\n"), false, error.message);
  }
});

Deno.test("comparisonJsonSchema() has every field of a comparison", () => {
  const schema = comparisonJsonSchema();
  assertEquals(schema["required"], Object.keys(sampleComparison()));
});
