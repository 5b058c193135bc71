import { assertEquals, assertStringIncludes } from "@std/assert";
import { matchBenchmarks, type Matching } from "./matching.ts";
import type { BenchmarkData } from "./run_data.ts";
import { runOf, simulatedBenchmark } from "./testdata/simulated_runs.ts";

function match(baseline: readonly BenchmarkData[], current: readonly BenchmarkData[]): Matching[] {
  return matchBenchmarks({ baseline: [runOf("a", baseline)], current: [runOf("b", current)] });
}

function benchmark(id = "s/a", changes: Partial<BenchmarkData> = {}): BenchmarkData {
  return simulatedBenchmark(id, [1, 2], changes);
}

Deno.test("matchBenchmarks() pairs by id in the current order, what was removed last", () => {
  const found = match([benchmark("s/gone"), benchmark("s/a"), benchmark("s/b")], [
    benchmark("s/b"),
    benchmark("s/new"),
    benchmark(),
  ]);
  assertEquals(found.map((entry) => entry.status), ["matched", "added", "matched", "removed"]);
  assertEquals(found.map((entry) => entry.status === "matched" ? entry.identity.id : entry.id), [
    "s/b",
    "s/new",
    "s/a",
    "s/gone",
  ]);
});

Deno.test("matchBenchmarks() never matches what changed, and tells what did", () => {
  const cases: [Partial<BenchmarkData>, Partial<BenchmarkData>, string, string | null, string][] = [
    [{}, { definitionHash: "other" }, "definition_changed", null, "code"],
    [{ params: { n: 1 } }, { params: { n: "1" } }, "params_changed", null, '[["n",1]]; [["n","1"]]'],
    [{}, { params: { constructor: 1 } }, "params_changed", null, "constructor"],
    [{}, { unit: "bytes" }, "unit_changed", null, "p25 in ns, lower is better; p25 in bytes"],
    [{}, { better: "higher" }, "unit_changed", null, "higher is better"],
    [{}, { estimator: "median" }, "unit_changed", null, "median in ns"],
    [{ status: "failed", message: "old" }, {}, "failed", "baseline", "old"],
    [{}, { status: "failed", message: "threw: now" }, "failed", "current", "threw: now"],
    [{ status: "failed", message: "old" }, { status: "failed", message: "now" }, "failed", "both", "now"],
    [{}, { status: "optimized_out", message: "empty" }, "optimized_out", "current", "empty"],
    [{}, { processes: [] }, "failed", "current", "no figures"],
  ];
  for (const [old, now, reason, failedIn, message] of cases) {
    const [entry] = match([benchmark("s/a", old)], [benchmark("s/a", now)]);
    if (entry?.status !== "incomparable") throw new Error(`${reason}: ${entry?.status}`);
    assertEquals([entry.reason, entry.failedIn], [reason, failedIn]);
    assertStringIncludes(entry.message, message);
  }
});

Deno.test("matchBenchmarks() compares where a file does not tell the definition", () => {
  assertEquals(match([benchmark("s/a", { definitionHash: null })], [benchmark()])[0]?.status, "matched");
});

Deno.test("matchBenchmarks() says that parameters changed where no value is left, once, instead of added and removed", () => {
  const of = (n: number) => benchmark(`s/a/n=${n}`, { name: "a", params: { n } });
  const moved = match([of(3), of(5)], [of(10)]);
  assertEquals(moved.length, 1);
  const [entry] = moved;
  if (entry?.status !== "incomparable") throw new Error("it is an entry that says so");
  assertEquals([entry.id, entry.reason, entry.message], [
    "s/a/n=10",
    "params_changed",
    "the baseline has it with n=3; n=5",
  ]);
  assertEquals(match([of(3), of(5)], [of(5), of(10)]).map(({ status }) => status), ["matched", "added", "removed"]);
});

Deno.test("matchBenchmarks() pools runs, wants all of them alike, and takes a failure in any of them", () => {
  const sides = {
    baseline: [runOf("a", [benchmark()]), runOf("b", [])],
    current: [runOf("c", [benchmark()]), runOf("d", [benchmark()])],
  };
  const [entry] = matchBenchmarks(sides);
  if (entry?.status !== "matched") throw new Error("it is in a run of each side");
  assertEquals([entry.sides.baseline.length, entry.sides.current.map(({ run }) => run)], [1, [0, 1]]);
  const changed = runOf("d", [benchmark("s/a", { definitionHash: "other" })]);
  assertEquals(matchBenchmarks({ ...sides, current: [...sides.current, changed] })[0]?.status, "incomparable");
});

Deno.test("matchBenchmarks() takes hostile names for what they are", () => {
  const hostile = ["s/__proto__", "s/constructor", "s/toString"].map((id) => benchmark(id));
  assertEquals(match(hostile, hostile).map(({ status }) => status), ["matched", "matched", "matched"]);
  assertEquals(match([], hostile).map(({ status }) => status), ["added", "added", "added"]);
});
