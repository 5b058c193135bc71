import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  SAMPLE_ENTRIES,
  sampleCompared,
  sampleComparison,
  samplePairedComparison,
} from "../../compare/testdata/sample_comparison.ts";
import * as words from "./comparison_words.ts";
import { outcomeOf } from "./outcome.ts";
import { worstFirst } from "./worst_first.ts";

Deno.test("changeText is a signed percentage, and a factor from the threefold on", () => {
  const cases = [[1, "0.0 %"], [1.274, "+27.4 %"], [0.818, "-18.2 %"], [0.99999, "0.0 %"], [2.2, "+120 %"]] as const;
  for (const [ratio, text] of cases) assertEquals(words.changeText(ratio), text);
  assertEquals([3, 1234].map(words.changeText), ["3.00x", "1,234x"]);
});

Deno.test("intervalText says the percentage once, and ±∞ for no interval", () => {
  assertEquals(words.intervalText({ low: 0.988, high: 1.028, level: 0.95 }), "-1.2 to +2.8 %");
  assertEquals(words.intervalText({ low: 0.5, high: 30, level: 0.95 }), "-50.0 % to 30.00x");
  assertEquals(words.intervalText(null), "±∞");
});

Deno.test("neededText says how many, of what, and how long each takes", () => {
  assertEquals(
    words.neededText({ what: "runs", count: 3, eachMs: 40_000 }),
    "3 more runs of about 40 s on each side",
  );
  assertEquals(words.neededText({ what: "pairs", count: 1, eachMs: null }), "1 more pair of processes");
  assertEquals(
    words.neededText({ what: "pairs", count: 6, eachMs: 150_000 }),
    "6 more pairs of processes of about 3 min each",
  );
  assertEquals(words.neededText(null), null);
});

Deno.test("undecidedText names puffin-bench ab for documents, and the budget for pairs", () => {
  const entry = sampleCompared("a", { percent: 5, changes: { verdict: "inconclusive", reason: "noise" } });
  assertStringIncludes(words.undecidedText(entry, sampleComparison()), "puffin-bench ab");
  assertStringIncludes(words.undecidedText(entry, samplePairedComparison()), "--budget");
});

Deno.test("headlineText counts the worst first, adviceText names it", () => {
  const headline = words.headlineText(sampleComparison());
  assertEquals(
    headline,
    "SLOWER: 1 failed, 1 slower, 2 inconclusive, 1 not compared, 1 removed, 1 faster, 1 same, 1 added",
  );
  assertEquals(words.adviceText(sampleComparison()), "Look first at Complex Agent Execution: +27.4 %");
});

Deno.test("headlineText and adviceText follow the outcome, down to nothing at all", () => {
  const of = (...kept: readonly string[]) => {
    const benchmarks = SAMPLE_ENTRIES.filter((entry) => kept.includes(outcomeOf(entry)));
    const verdict = (["inconclusive", "faster", "same"] as const).find((word) => kept.includes(word)) ?? "same";
    const comparison = sampleComparison({ benchmarks, verdict });
    return `${words.headlineText(comparison)} / ${words.adviceText(comparison)}`;
  };
  assertMatch(of("failed", "same"), /^FAILED: .* \/ Look first at Coordination Primitive: it fails now$/);
  assertMatch(
    of("inconclusive", "same"),
    /^INCONCLUSIVE: .* \/ To decide: 4 more runs of about 40 s on each side, or /,
  );
  assertMatch(of("faster", "same"), /^FASTER: .* \/ Nothing to do; puffin-bench baseline update keeps the gain$/);
  assertEquals(of("same"), "SAME: 1 same / Nothing to do");
  assertMatch(of("added", "removed"), /^NOT COMPARED: .* \/ Measure the same benchmarks on both sides/);
  assertMatch(of(), /^NOT COMPARED: no benchmarks \/ /);
});

Deno.test("adviceText names puffin-bench ab first where many runs would be needed", () => {
  const needed = { what: "runs", count: 40, eachMs: 13_000 } as const;
  const entry = sampleCompared("a", { percent: 5, changes: { verdict: "inconclusive", reason: "noise", needed } });
  const comparison = sampleComparison({ benchmarks: [entry], verdict: "inconclusive" });
  assertEquals(words.adviceText(comparison), "To decide: puffin-bench ab, or 40 more runs of about 13 s on each side");
});

Deno.test("undecidedText and adviceText do not name puffin-bench ab for what another tool measured", () => {
  for (
    const needed of [null, { what: "runs", count: 4, eachMs: null }, { what: "runs", count: 40, eachMs: null }] as const
  ) {
    const entry = sampleCompared("a", { percent: 5, changes: { verdict: "inconclusive", reason: "noise", needed } });
    const { baseline, current } = sampleComparison();
    const foreign = { ...current, sources: current.sources.map((source) => ({ ...source, tool: "hyperfine" })) };
    const comparison = sampleComparison({ benchmarks: [entry], verdict: "inconclusive", baseline, current: foreign });
    const text = `${words.undecidedText(entry, comparison)} / ${words.adviceText(comparison)}`;
    assertStringIncludes(
      text,
      needed === null ? "/ To decide: measure more runs on a quieter host" : "more runs on each side",
    );
    assertEquals(text.includes("puffin-bench"), false, text);
  }
});

Deno.test("worstFirst puts what needs attention first, and larger changes before smaller ones", () => {
  const names = worstFirst(sampleComparison()).map((entry) => `${outcomeOf(entry)} ${entry.name}`);
  assertEquals(names, [
    "failed Coordination Primitive",
    "slower Complex Agent Execution",
    "inconclusive Metrics Recording",
    "inconclusive Concurrent Agents",
    "incomparable Resource Acquisition",
    "removed State Dependency Resolution",
    "faster Resource Heavy Agent",
    "same Simple Agent Execution",
    "added State Dependency Resolution",
  ]);
  const gains = [-10, -40, -20].map((percent) =>
    sampleCompared(`${percent}`, { percent, changes: { verdict: "faster" } })
  );
  assertEquals(worstFirst({ benchmarks: gains }).map(({ name }) => name), ["-40", "-20", "-10"]);
});

Deno.test("labelsOf names the suite only where there are several", () => {
  const one = sampleCompared("a", { percent: 0, changes: { params: { n: 1 } } });
  const other = { ...one, suite: "core-floors", id: "core-floors/a" };
  assertEquals(words.labelsOf({ benchmarks: [one] })(one), "a (n=1)");
  assertEquals(words.labelsOf({ benchmarks: [one, other] })(one), "core-agent/a (n=1)");
});

Deno.test("differenceTexts() says that the hosts' speed is unknown where a side has none, and nothing of it within one host", () => {
  const host = { kind: "host", field: "environment.cpu.model", baseline: "A", current: "B" } as const;
  const [first] = words.differenceTexts(sampleComparison({ differences: [host] }));
  assertStringIncludes(first ?? "", "how fast the two hosts are is not known");
  const settings = { kind: "settings", field: "settings.rounds", baseline: "8", current: "24" } as const;
  assertEquals(words.differenceTexts(sampleComparison({ differences: [settings] })), [
    'settings.rounds was "8", is "24"',
  ]);
});
