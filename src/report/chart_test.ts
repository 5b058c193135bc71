import { assert, assertEquals } from "@std/assert";
import { chartOf } from "./chart.ts";
import { documentView } from "./document_view.ts";
import { sampleBenchmark, sampleDocument, sampleFailure } from "./testdata/sample_document.ts";

const rowsOf = (document = sampleDocument()) =>
  documentView(document).suites.flatMap(({ groups }) => groups.flatMap(({ rows }) => rows));

Deno.test("chartOf leaves out what failed or was optimised away", () => {
  assertEquals(chartOf(rowsOf())?.lines.length, 8);
  assertEquals(chartOf(rowsOf(sampleDocument({ benchmarks: [sampleFailure("a", "b")] }))), undefined);
});

Deno.test("chartOf keeps minimum, interval and maximum in order and within the axis", () => {
  const chart = chartOf(rowsOf());
  const [first, last] = [chart?.ticks.at(0)?.x ?? 0, chart?.ticks.at(-1)?.x ?? 0];
  for (const { range, interval, x } of chart?.lines ?? []) {
    const path = [first, range.x1, interval?.x1 ?? x, x, interval?.x2 ?? x, range.x2, last];
    assertEquals(path, path.toSorted((a, b) => a - b));
  }
  assert(chart !== undefined);
});

Deno.test("chartOf cuts an interval that reaches below the axis, and makes room for one that reaches above", () => {
  const medianInterval = { point: 1000, low: -500, high: 20_000, level: 0.95 };
  const plain = sampleBenchmark({ name: "a", nominalNs: 1000 });
  const result = { ...plain, statistics: { ...plain.statistics, medianInterval } };
  const chart = chartOf(rowsOf(sampleDocument({ benchmarks: [result] })));
  assertEquals(chart?.lines[0]?.interval?.x1, chart?.ticks[0]?.x);
  assert((chart?.lines[0]?.interval?.x2 ?? Infinity) <= (chart?.ticks.at(-1)?.x ?? 0));
});

Deno.test("chartOf places equal ratios at equal distances", () => {
  const ticks = chartOf(rowsOf())?.ticks ?? [];
  const steps = ticks.slice(1).map(({ x }, i) => Math.round(x - (ticks[i]?.x ?? 0)));
  assert(Math.max(...steps) - Math.min(...steps) <= 1);
  assertEquals(ticks[0]?.label, "100 ns");
});
