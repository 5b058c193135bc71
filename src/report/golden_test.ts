/**
 * Whole reports against files in testdata/. After a wanted change: `UPDATE_GOLDEN=1 ./denow test -A src/report/golden_test.ts`,
 * then read the diff.
 */
import { assertEquals } from "@std/assert";
import { loadReport, type ReportFormat } from "./mod.ts";
import { sampleDocument } from "./testdata/sample_document.ts";

const PAGES: readonly { readonly format: ReportFormat; readonly width: number; readonly file: string }[] = [
  { format: "table", width: 80, file: "table_80.txt" },
  { format: "table", width: 200, file: "table_200.txt" },
  { format: "table", width: 40, file: "table_40.txt" },
  { format: "csv", width: 80, file: "report.csv" },
  { format: "markdown", width: 80, file: "report.md.txt" },
];

for (const { format, width, file } of PAGES) {
  Deno.test(`${format} report at ${width} columns is the page in testdata/${file}`, async () => {
    const report = await loadReport(format);
    const page = report.render(sampleDocument(), { width, color: false, savedTo: ["results/run.json"] });
    const url = new URL(`./testdata/${file}`, import.meta.url);
    if (Deno.env.get("UPDATE_GOLDEN") === "1") await Deno.writeTextFile(url, page);
    assertEquals(page, await Deno.readTextFile(url));
  });
}
