/**
 * Whole pages against files in testdata/. After a wanted change:
 * `UPDATE_GOLDEN=1 ./denow test -A src/report/comparison/golden_test.ts`, then read the diff.
 */
import { assertEquals } from "@std/assert";
import { sampleComparison, samplePairedComparison } from "../../compare/testdata/sample_comparison.ts";
import { type ComparisonFormat, loadComparisonReport } from "./mod.ts";
import { tableComparison } from "./table.ts";

const DIFFERENCES = [
  { kind: "host", field: "environment.cpu.model", baseline: "AMD EPYC 7763", current: "Intel(R) Xeon(R)" },
] as const;
const CPU = { speed: 1.3, interval: { low: 1.21, high: 1.4, level: 0.95 } };
const HOST_SPEEDS = [
  { kind: "cpu", ...CPU, figures: [{ name: "integer", unit: "Mop/s", baseline: 2_813, current: 3_657, ...CPU }] },
] as const;
const WARNINGS = [
  { code: "busy", message: "the load was 4.0 on 2 processors", benchmarkId: null },
  { code: "unsteady", message: "its warm-up never settled", benchmarkId: "core-agent/Simple Agent Execution" },
] as const;

const documents = sampleComparison();
const across = samplePairedComparison({
  differences: DIFFERENCES,
  hostSpeeds: HOST_SPEEDS,
  warnings: WARNINGS,
  status: "interrupted",
});

const PAGES = [
  { comparison: documents, format: "table", width: 80, file: "table_80.txt" },
  { comparison: documents, format: "table", width: 200, file: "table_200.txt" },
  { comparison: documents, format: "table", width: 40, file: "table_40.txt" },
  { comparison: across, format: "table", width: 120, file: "table_across_120.txt" },
  { comparison: documents, format: "markdown", width: 80, file: "comparison.md.txt" },
  { comparison: across, format: "markdown", width: 80, file: "comparison_across.md.txt" },
  { comparison: documents, format: "github", width: 80, file: "annotations.txt" },
  { comparison: across, format: "github", width: 80, file: "annotations_across.txt" },
  { comparison: documents, format: "junit", width: 80, file: "comparison.xml.txt" },
] as const satisfies readonly { readonly format: ComparisonFormat; readonly [key: string]: unknown }[];

for (const { comparison, format, width, file } of PAGES) {
  Deno.test(`${format} of a comparison at ${width} columns is the page in testdata/${file}`, async () => {
    const report = await loadComparisonReport(format);
    const page = report.render(comparison, { width, color: false, savedTo: ["results/comparison.json"] });
    const url = new URL(`./testdata/${file}`, import.meta.url);
    if (Deno.env.get("UPDATE_GOLDEN") === "1") await Deno.writeTextFile(url, page);
    assertEquals(page, await Deno.readTextFile(url));
  });
}

Deno.test("table explains neither an interval nor the drift in it where no benchmark has one", () => {
  const benchmarks = documents.benchmarks.map((entry) =>
    entry.status === "compared" ? { ...entry, interval: null } : entry
  );
  const page = tableComparison.render({ ...documents, benchmarks }, { width: 200, color: false, savedTo: [] });
  assertEquals([page.includes("Intervals are of"), page.includes("part of the intervals")], [false, false]);
  assertEquals(page.includes("±∞  no interval"), true);
});
