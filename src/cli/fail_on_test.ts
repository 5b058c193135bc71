import { assertEquals } from "@std/assert";
import type { ComparisonEntry } from "../compare/comparison.ts";
import { SAMPLE_ENTRIES } from "../compare/testdata/sample_comparison.ts";
import { sampleComparison } from "../compare/testdata/sample_comparison.ts";
import { outcomeOf } from "../report/comparison/outcome.ts";
import { comparisonExitCode, DEFAULT_FAIL_ON, FAIL_ON, type FailOn } from "./fail_on.ts";

const of = (...outcomes: readonly string[]) =>
  sampleComparison({ benchmarks: SAMPLE_ENTRIES.filter((entry) => outcomes.includes(outcomeOf(entry))) });

Deno.test("comparisonExitCode is 1 for what is slower or newly fails, by default for nothing else", () => {
  const code = (...outcomes: readonly string[]) => comparisonExitCode(of(...outcomes), DEFAULT_FAIL_ON);
  assertEquals(code("slower", "same"), 1);
  assertEquals(code("failed", "same"), 1);
  assertEquals(code("failed"), 1, "though nothing can be compared");
  assertEquals(code("removed", "added", "incomparable", "inconclusive", "faster", "same"), 0);
});

Deno.test("comparisonExitCode is 3 for inconclusive ones only if asked for, and only with nothing worse", () => {
  const code = (failOn: readonly FailOn[], ...outcomes: readonly string[]) =>
    comparisonExitCode(of(...outcomes), failOn);
  assertEquals(code(["slower", "inconclusive"], "inconclusive", "same"), 3);
  assertEquals(code(["slower", "inconclusive"], "inconclusive", "slower"), 1);
  assertEquals(code(["inconclusive"], "inconclusive", "slower"), 3, "slower is not asked for");
  assertEquals(code(["removed"], "removed", "same"), 1);
  assertEquals(code([], "slower", "failed", "inconclusive"), 0, "nothing counts");
});

Deno.test("comparisonExitCode is 2 if nothing could be compared: such a gate is not green", () => {
  for (const outcomes of [["removed", "added"], ["incomparable"], []]) {
    assertEquals(comparisonExitCode(of(...outcomes), DEFAULT_FAIL_ON), 2);
    assertEquals(comparisonExitCode(of(...outcomes), []), 0);
  }
});

Deno.test("comparisonExitCode does not call a benchmark that failed before a new failure", () => {
  const before = SAMPLE_ENTRIES.map((entry): ComparisonEntry =>
    entry.status === "incomparable" && entry.reason === "failed" ? { ...entry, failedIn: "both" } : entry
  ).filter((entry) => outcomeOf(entry) !== "slower");
  assertEquals(comparisonExitCode(sampleComparison({ benchmarks: before }), DEFAULT_FAIL_ON), 0);
  assertEquals(new Set(FAIL_ON).size, 4);
});
