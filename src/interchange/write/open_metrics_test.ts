import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PLAIN } from "../../report/testdata/options.ts";
import { hostileDocument, sampleDocument } from "../../report/testdata/sample_document.ts";
import { openMetricsReport } from "./open_metrics.ts";

/** The ABNF of OpenMetrics 1.0, as far as gauges and info without timestamps and exemplars need it. */
const SAMPLE =
  /^[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*"(?:,(?!\})|(?=\})))+\})? -?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;

Deno.test("openmetrics has only lines of its grammar, no series twice, and ends with EOF", () => {
  for (const document of [sampleDocument(), hostileDocument(), sampleDocument({ benchmarks: [] })]) {
    const page = openMetricsReport.render(document, PLAIN);
    assert(page.endsWith("\n# EOF\n"));
    const lines = page.split("\n").slice(0, -2);
    const series = lines.filter((line) => !line.startsWith("# "));
    for (const line of series) assert(SAMPLE.test(line), line);
    assertEquals(new Set(series.map((line) => line.slice(0, line.lastIndexOf(" ")))).size, series.length);
    for (const line of lines.filter((line) => line.startsWith("# "))) {
      assert(/^# (TYPE|UNIT|HELP) [a-z_]+ \S/.test(line), line);
    }
  }
});

Deno.test("openmetrics tells the unit of a family at the end of its name, and the time in seconds", () => {
  const document = sampleDocument();
  const page = openMetricsReport.render(document, PLAIN);
  for (const [, name, unit] of page.matchAll(/^# UNIT (\S+) (\S+)$/gm)) assert(name?.endsWith(`_${unit}`));
  const [first] = document.benchmarks;
  assert(first?.status === "ok");
  assertStringIncludes(page, `benchmark="${first.name}",stat="p25"} ${first.statistics.p25 / 1e9}\n`);
});
