import { assertEquals } from "@std/assert";
import { comparisonSchema } from "./comparison_schema.ts";
import { sampleComparison, samplePairedComparison } from "./testdata/sample_comparison.ts";

Deno.test("comparisonSchema takes what comparisons hold, and gives it back unchanged", () => {
  for (const comparison of [sampleComparison(), samplePairedComparison()]) {
    assertEquals(comparisonSchema.parse(JSON.parse(JSON.stringify(comparison))), comparison);
  }
});

Deno.test("comparisonSchema refuses what no comparison holds", () => {
  const refused: readonly object[] = [
    { ...sampleComparison(), version: 2 },
    { ...sampleComparison(), verdict: "regression" },
    { ...sampleComparison(), options: { threshold: 0, alpha: 0.05, errorControl: "fdr", acrossHosts: false } },
    { ...sampleComparison(), benchmarks: [{ status: "added" }] },
    { ...sampleComparison(), surplus: true },
  ];
  for (const value of refused) assertEquals(comparisonSchema.safeParse(value).success, false);
});
