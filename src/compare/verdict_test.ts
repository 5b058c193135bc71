import { assertEquals } from "@std/assert";
import type { Verdict } from "./comparison.ts";
import { sampleCompared } from "./testdata/sample_comparison.ts";
import { judge, suiteVerdict } from "./verdict.ts";

const bounds = { threshold: 0.1, alpha: 0.05 };

Deno.test("judge() wants significance and size for a change, a proof for sameness, and tells why it has neither", () => {
  const cases: [number, number, number, Verdict, string | null][] = [
    [1.12, 0.01, 0.7, "slower", null],
    [1 / 1.12, 0.01, 0.7, "faster", null],
    [1.12, 0.06, 0.7, "inconclusive", "noise"], // large, and noise may explain it
    [1.05, 0.01, 0.01, "same", null], // real, and small
    [1.09, 0.01, 0.4, "inconclusive", "near_threshold"],
    [1.01, 0.8, 0.2, "inconclusive", "noise"],
    [1.01, 0.8, 0.05, "same", null],
    [1.01, 0.8, 0.06, "inconclusive", "noise"],
  ];
  for (const [ratio, adjustedPValue, equivalencePValue, verdict, reason] of cases) {
    assertEquals(judge({ effect: Math.log(ratio), adjustedPValue, equivalencePValue }, bounds), { verdict, reason });
  }
});

Deno.test("judge() takes a ratio at the threshold for one that reaches it, on both sides alike", () => {
  const at = (effect: number) => judge({ effect, adjustedPValue: 0.001, equivalencePValue: 0.5 }, bounds).verdict;
  assertEquals([at(Math.log1p(0.1)), at(-Math.log1p(0.1))], ["slower", "faster"]);
});

Deno.test("suiteVerdict() is that of the worst benchmark; of what was not compared it says nothing", () => {
  const of = (...verdicts: Verdict[]) =>
    suiteVerdict(verdicts.map((verdict) => sampleCompared("a", { percent: 0, changes: { verdict } })));
  assertEquals(of("same", "faster", "inconclusive", "slower"), "slower");
  assertEquals(of("same", "faster", "inconclusive"), "inconclusive");
  assertEquals(of("same", "faster"), "faster");
  assertEquals(of("same"), "same");
  assertEquals(of(), "inconclusive");
});
