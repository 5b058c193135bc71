import { assertEquals } from "@std/assert";
import type { MeasuredBenchmark } from "../measure/document.ts";
import { columnsFor } from "./columns.ts";
import { sampleBenchmark } from "./testdata/sample_document.ts";

const exactly = (result: MeasuredBenchmark, median: number): MeasuredBenchmark => ({
  ...result,
  statistics: { ...result.statistics, median },
});
const fast = exactly(sampleBenchmark({ name: "fast", nominalNs: 850 }), 865.2);
const slow = exactly(sampleBenchmark({ name: "slow", nominalNs: 12_300 }), 12_552);
const slowest = exactly(sampleBenchmark({ name: "slowest", nominalNs: 30_000_000 }), 30_571_000);

Deno.test("columnsFor gives durations one scale, named in the heading, where one suits all", () => {
  const [median] = columnsFor([fast, slow]);
  assertEquals(median?.unit, "ns");
  assertEquals([fast, slow].map((result) => median?.cell(result)), ["865", "12,552"]);
});

Deno.test("columnsFor gives each duration its own unit where one scale would hide the small ones", () => {
  const [median] = columnsFor([fast, slowest]);
  assertEquals(median?.unit, "");
  assertEquals([fast, slowest].map((result) => median?.cell(result)), ["865.20 ns", "30.57 ms"]);
});

Deno.test("columnsFor shows no interval as ±∞ and an interval about 0 as unknown", () => {
  const cell = (changes: Partial<typeof fast.statistics>) => {
    const result = { ...fast, statistics: { ...fast.statistics, ...changes } };
    return columnsFor([result]).find(({ title }) => title.startsWith("±"))?.cell(result);
  };
  assertEquals(cell({ medianInterval: null }), "±∞");
  assertEquals(cell({ median: 0, medianInterval: { point: 0, low: 0, high: 1, level: 0.95 } }), "–");
});

Deno.test("columnsFor has every figure that people look for", () => {
  const titles = columnsFor([fast]).map(({ title }) => title);
  for (const wanted of ["Median", "Mean", "Min", "Max", "Std Dev", "Throughput", "Memory", "CPU", "Iterations"]) {
    assertEquals(titles.includes(wanted), true, wanted);
  }
});

Deno.test("columnsFor tells elements and bytes a second, at the median, where a benchmark tells how many an iteration has", () => {
  const cells = (results: readonly MeasuredBenchmark[]) =>
    columnsFor(results).filter(({ title }) => title === "Elements" || title === "Bytes")
      .map(({ title, unit, cell }) => [title, unit, ...results.map((result) => cell(result))]);
  const at = (throughput: MeasuredBenchmark["throughput"], ms: number, status: "ok" | "optimized_out" = "ok") => ({
    ...fast,
    throughput,
    status,
    statistics: { ...fast.statistics, opsPerSecond: 1_000 / ms },
  });
  assertEquals(cells([fast, slow]), []);
  assertEquals(
    cells([
      fast,
      at({ bytes: 2 ** 24, elements: 256 }, 10),
      at({ bytes: 160_000, elements: null }, 4),
      at({ bytes: 7_000, elements: 1 }, 1, "optimized_out"),
    ]),
    [["Elements", "elem/s", "–", "25.60 k", "–", "–"], ["Bytes", "MB/s", "–", "1,678", "40.0", "–"]],
  );
  assertEquals(cells([at({ bytes: 7_000, elements: null }, 1)]), [["Bytes", "MB/s", "7.00"]]);
});

Deno.test("columnsFor passes nothing that was optimised away off as fast", () => {
  const result = { ...fast, status: "optimized_out" } as const;
  for (const { title, cell } of columnsFor([result, slow]).slice(0, 9)) assertEquals(cell(result), "–", title);
});
