import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { documentView } from "../../document_view.ts";
import { sampleBenchmark, sampleDocument } from "../../testdata/sample_document.ts";
import { groupsView } from "./group_view.ts";
import { reproductionOf } from "./reproduce.ts";
import { sampleCharts } from "./sample_charts.ts";
import { scalingViews } from "./scaling_view.ts";
import { benchmarkView } from "./benchmark_view.ts";
import { pageColumns } from "./columns.ts";

const DRAWN = { index: 0, drawnAFork: 100 };

const row = (changes: Parameters<typeof sampleBenchmark>[0]["changes"] = {}) => {
  const result = sampleBenchmark({ name: "a", nominalNs: 1000, changes });
  const [suite] = documentView(sampleDocument({ benchmarks: [result], scaling: [], groups: [] })).suites;
  const found = suite?.groups[0]?.rows[0];
  assert(found !== undefined);
  const options = {
    index: 3,
    columns: pageColumns([result]),
    domain: [100, 10_000],
    drawnAFork: 100,
    footnotes: [],
  } as const;
  return benchmarkView(found, options);
};

Deno.test("benchmarkView names the flags in words, and filters find them", () => {
  assertEquals(row().traits, "");
  const unsteady = row({ steady: false, meetsExpectation: false });
  assertEquals(unsteady.flags.map(({ word, key }) => [word, key]), [["unsteady", "f-unsteady"]]);
  assertEquals(unsteady.traits, "missed flagged");
});

Deno.test("benchmarkView has one key to sort by for each column, and none where nothing was measured", () => {
  assertEquals(row().sortKeys.split(",").length, row().cells.length);
  assertEquals(row({ status: "optimized_out" }).sortKeys, ",,,,,,,,");
});

Deno.test("benchmarkView tells elements and bytes a second where they are known, in the table and beneath", () => {
  const { cells, detail } = row({ throughput: { bytes: 2_000, elements: 3 } });
  assertEquals(cells.length, row().cells.length + 2);
  assertEquals(row().detail.facts.filter(({ name }) => name === "Throughput"), []);
  const [fact] = detail.facts.filter(({ name }) => name === "Throughput");
  assertMatch(fact?.text ?? "", /^\d\.\d\d M elements a second; \d\.\d\d GB a second$/);
  assertEquals(row({ throughput: { bytes: 2_000, elements: null } }).cells.length, row().cells.length + 1);
});

Deno.test("sampleCharts tells what was left out, and draws nothing if no sample counts", () => {
  const result = sampleBenchmark({ name: "a", nominalNs: 1000 });
  assertEquals(sampleCharts(result, DRAWN).length, 2);
  const out = result.forks.map((fork) => ({
    ...fork,
    samples: { ...fork.samples, excluded: fork.samples.wallNs.map((_, index) => ({ index, cause: "steal" }) as const) },
  }));
  assertEquals(sampleCharts({ ...result, forks: out }, DRAWN), []);
  const excluded = { steal: 2, preemption: 0, suspend: 1 };
  const [, second] = sampleCharts({ ...result, statistics: { ...result.statistics, excluded } }, DRAWN);
  assertStringIncludes(second?.caption ?? "", "× 2 left out by steal, ◇ 1 by suspend");
});

/** The caption of the samples of one benchmark whose first fork has 24 samples of these values. */
function captionOf(
  valueNs: (place: number) => number,
  garbageCollected: readonly number[] | null,
  forks = 1,
): string {
  const result = sampleBenchmark({ name: "a", nominalNs: 1000 });
  const [first] = result.forks;
  assert(first !== undefined);
  const wallNs = Array.from({ length: 24 }, (_, place) => valueNs(place));
  const samples = { ...first.samples, wallNs, garbageCollected };
  const fork = { ...first, batchSize: 1, overheadNs: 0, samples };
  const made = Array.from({ length: forks }, (_, index) => ({ ...fork, fork: index }));
  return sampleCharts({ ...result, forks: made }, DRAWN)[1]?.caption ?? "";
}

Deno.test("sampleCharts tells in words within how many samples garbage was collected", () => {
  const flat = (place: number) => 1000 + place % 3;
  const all = Array.from({ length: 24 }, (_, index) => index);
  assertEquals(captionOf(flat, []), "In the order measured");
  assertEquals(captionOf(flat, [3, 8]), "In the order measured; △ 2 with garbage collected");
  assertStringIncludes(captionOf(flat, all.slice(1)), "; garbage collected in 23 of 24, not marked");
  assertStringIncludes(captionOf(flat, all), "; garbage collected in every sample");
  assertStringIncludes(captionOf(flat, null), "; whether garbage was collected is not known");
});

Deno.test("sampleCharts tells in words where forks drift and change their level, and by which rule the line is drawn", () => {
  const step = (place: number) => (place < 12 ? 1000 : 1300) + place % 3;
  const drift = (place: number) => 1000 + 5 * place + place % 3;
  assertStringIncludes(
    captionOf(step, []),
    "; ┊ a lasting change of level in fork 1, +30 %; line: running median of 9 samples",
  );
  assertStringIncludes(captionOf(step, [], 3), "; ┊ a lasting change of level in 3 of 3 forks, +30 % each; line");
  assertEquals(
    captionOf(drift, [], 2),
    "In the order measured; line: running median of 9 samples where it drifts by over 5 % (2 forks)",
  );
});

Deno.test("groupsView shows a ratio without an interval as one, and nothing where a side has no figures", () => {
  const [group] = sampleDocument().groups;
  assert(group !== undefined);
  const withoutInterval = groupsView(sampleDocument({ groups: [{ ...group, ratio: null }] }));
  assertEquals(withoutInterval?.groups[0]?.bars[0]?.ratio.endsWith("× (±∞)"), true);
  assertEquals(withoutInterval?.level, "");
  assertEquals(groupsView(sampleDocument({ groups: [{ ...group, id: "gone", ratio: null }] })), undefined);
  const same = { point: 1.01, low: 0.98, high: 1.04, level: 0.95 };
  const shown = groupsView(sampleDocument({ groups: [{ ...group, ratio: same }] }));
  assertEquals(shown?.groups[0]?.bars[0]?.ratio, "~1.01× (0.98 to 1.04)");
});

Deno.test("scalingViews names the growth that the exponent is near to", () => {
  const [growth] = sampleDocument().scaling;
  assert(growth !== undefined);
  const words = [0.02, 0.5, 1.01, 1.6, 2.05, 3.4].map((exponent) =>
    scalingViews([{ ...growth, exponent }])[0]?.fit.match(/\(([^;]*);/)?.[1]
  );
  assertEquals(words, [
    "about constant",
    "less than linear",
    "about linear",
    "more than linear",
    "about quadratic",
    "more than quadratic",
  ]);
});

Deno.test("reproductionOf adds the seed that was drawn, unless the command had one", () => {
  const { run } = sampleDocument();
  const command = (args: readonly string[]) =>
    reproductionOf(sampleDocument({ run: { ...run, arguments: args } })).command;
  assertEquals(command(["all", "--filter", "a b"]), "puffin-bench all --filter 'a b' --seed 7");
  assertEquals(command(["all", "--seed=3"]), "puffin-bench all --seed=3");
  assertEquals(command([]), "puffin-bench all --seed 7");
});
