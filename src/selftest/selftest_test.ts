import { assert, assertAlmostEquals, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { MeasureError } from "../measure/measure_error.ts";
import type { PairMeasuring } from "./measure_pairs.ts";
import { measureJob } from "./measure_pairs.ts";
import { selftest, type SelftestEvent, type SelftestOptions } from "./selftest.ts";
import { scriptedPairs } from "./testdata/scripted_pairs.ts";
import { selftestMarkdown, selftestTable } from "./text_formats.ts";

const MEASURING: PairMeasuring = {
  launcher: { executable: "", arguments: [] },
  quick: true,
  filter: null,
  seed: 1,
};

function optionsWith(changes: Partial<SelftestOptions>): SelftestOptions {
  return {
    ...MEASURING,
    timeMs: 120_000,
    procedure: { threshold: 0.03, alpha: 0.05, errorControl: "fdr", budgetMs: 30_000, quick: true },
    effort: { alike: 20, power: 8, search: 8, stored: 4 },
    tool: { name: "puffin-bench", version: "0" },
    ...changes,
  };
}

Deno.test("selftest() measures as long as it may, a quarter of the pairs with alternating sides slowed", async () => {
  const script = scriptedPairs({ pairMs: 5_000, benchmarks: 4 });
  const events: SelftestEvent[] = [];
  const result = await selftest(optionsWith({ ...script, listener: (event) => events.push(event) }));
  assertEquals(script.asked.length, 18, "90 s of 120 s, and no pair that would not fit");
  assertEquals(result.material.map(({ slowdown, pairs }) => [slowdown, pairs]), [[1, 14], [1.1, 4]]);
  const slowed = script.asked.filter(({ a, b }) => a.slowdown !== b.slowdown);
  assertEquals(slowed.map(({ a, b }) => [a.slowdown, b.slowdown]), [[1, 1.1], [1.1, 1], [1, 1.1], [1.1, 1]]);
  assertEquals(new Set(script.asked.map(({ settings }) => settings.seed)).size, 18);
  assertEquals(script.asked.map(({ firstStarted }) => firstStarted).slice(0, 3), ["a", "b", "a"]);
  assertAlmostEquals(result.dilution[0]?.yield ?? NaN, 1, 0.2);
  assertEquals(events.filter(({ type }) => type === "pair").length, 18);
  assert(events.some(({ type }) => type === "analysis"));
});

Deno.test("selftest() measures what the analysis needs, however short the time", async () => {
  const script = scriptedPairs({ pairMs: 5_000, benchmarks: 2 });
  const result = await selftest(optionsWith({ ...script, timeMs: 1 }));
  assertEquals(result.material.map(({ pairs }) => pairs), [6, 2]);
  assertEquals(result.duet[0]?.falseAlarms.independentBound, 0.95);
  assert(
    result.notes.some((note) => note.includes("make 1 suite, which can show no rate below 95.0 %")),
    result.notes.join(),
  );
});

Deno.test("selftest() ends when it is told to", async () => {
  const script = scriptedPairs({ pairMs: 5_000, benchmarks: 2 });
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => selftest(optionsWith({ ...script, signal })), Error, "enough");
});

Deno.test("measureJob() refuses a filter that leaves nothing, and a benchmark that fails", async () => {
  const job = { condition: "quiet", slowdown: 1, slowSide: "b" } as const;
  const { measure } = scriptedPairs({ pairMs: 1, benchmarks: 0 });
  await assertRejects(
    () => measureJob(job, 0, { ...MEASURING, filter: "nothing", measure }),
    MeasureError,
    'no benchmark\'s id matches the filter "nothing"',
  );
  const { measure: measureTwo } = scriptedPairs({ pairMs: 1, benchmarks: 2 });
  const failing: typeof measure = async (options) => ({
    ...await measureTwo(options),
    failures: [{ id: "calibration/regex", side: "a", reason: "threw", message: "out of memory" }],
  });
  await assertRejects(
    () => measureJob(job, 0, { ...MEASURING, measure: failing }),
    MeasureError,
    'Cannot measure "calibration/regex": out of memory',
  );
});

Deno.test("selftestTable() fits its width and tells rates with their intervals; Markdown has the same facts", async () => {
  const script = scriptedPairs({ pairMs: 5_000, benchmarks: 4 });
  const result = await selftest(optionsWith(script));
  const table = selftestTable(result, 80);
  assert(table.split("\n").every((line) => line.length <= 80), table);
  assertMatch(table, /suites of identical code that alarm: \d+\.\d % \(\d+\.\d to \d+\.\d %\); \d+ of 20/);
  assertMatch(table, /\+10 % in one benchmark: found/);
  assertMatch(table, /\+10\.0 %: \+\d+\.\d % \(\+\d+\.\d % to \+\d+\.\d %/);
  assertMatch(table, /ab --threshold: /);
  const markdown = selftestMarkdown(result);
  for (const title of table.split("\n").filter((line) => /^(What|Recommended)/.test(line))) {
    assert(markdown.includes(`## ${title}`), title);
  }
  assertEquals(JSON.parse(JSON.stringify(result)).duet.length, 1);
  const [first] = result.duet;
  assert(first !== undefined && !table.includes("--level"));
  const strict = { ...result, duet: [{ ...first, procedure: { ...first.procedure, alpha: 0.01 } }] };
  assertMatch(selftestTable(strict, 80), /--level 99 --budget/);
});
