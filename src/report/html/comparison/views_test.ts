import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  sampleCompared,
  sampleComparison,
  samplePairedComparison,
} from "../../../compare/testdata/sample_comparison.ts";
import { comparisonReproduction, driftText, sourceViews } from "./circumstances.ts";
import { entryView, pValueText } from "./entry_view.ts";

const options = {
  index: 0,
  comparison: sampleComparison(),
  label: "a",
  domain: [0.5, 2],
  isDetailed: true,
  warnings: ["Its processes differ"],
} as const;

Deno.test("entryView shows the figures, why it is undecided, what would decide it, and its warnings", () => {
  const needed = { what: "runs", count: 3, eachMs: 40_000 } as const;
  const changes = { verdict: "inconclusive", reason: "noise", needed } as const;
  const view = entryView(sampleCompared("a", { percent: 6, changes }), options);
  assertEquals(view.cells.slice(0, 4), ["+6.0 %", "+4.0 to +8.0 %", "1.00 µs", "1.06 µs"]);
  assertStringIncludes(view.detail?.facts[0]?.text ?? "", "3 more runs of about 40 s on each side");
  assertEquals(view.detail?.facts.at(-1), { name: "Warning", text: "Its processes differ" });
  assertEquals(view.detail?.charts.length, 1, "documents have no pairs");
});

Deno.test("entryView has nothing to unfold where there is no ratio, or too much to show", () => {
  const compared = sampleCompared("a", { percent: 0 });
  assertEquals(entryView(compared, { ...options, isDetailed: false }).detail, null);
  const { id, suite, name, params } = compared;
  const added = entryView({ id, suite, name, params, status: "added" }, options);
  assertEquals([added.reason, added.cells, added.detail], ["only the current side has it", [], null]);
});

Deno.test("entryView draws the pairs of a paired comparison", () => {
  const [, entry] = samplePairedComparison().benchmarks;
  assertEquals(entry?.status === "compared" ? entryView(entry, options).detail?.charts.length : 0, 2);
});

Deno.test("pValueText has no digit that means nothing", () => {
  assertEquals([null, 0, 0.00234, 0.0412, 0.5].map(pValueText), ["–", "< 0.0001", "0.0023", "0.041", "0.50"]);
});

Deno.test("comparisonReproduction is the command that was given, with every option that is not the default", () => {
  const plain = sampleComparison();
  assertEquals(
    comparisonReproduction(plain).command,
    "puffin-bench compare --baseline results/baseline.json --current results/current.json --threshold 10",
  );
  const strict = { threshold: 0.05, alpha: 0.01, errorControl: "fwer", acrossHosts: true } as const;
  assertStringIncludes(
    comparisonReproduction({ ...plain, options: strict }).command,
    "--threshold 5 --level 99 --strict --across-hosts",
  );
  assertEquals(
    comparisonReproduction(samplePairedComparison()).command,
    "puffin-bench ab --a results/baseline.json --b results/current.json --budget 60000ms --seed 7 --threshold 3 --strict",
  );
});

Deno.test("driftText says what the host did, and how that is known", () => {
  assertStringIncludes(driftText(sampleComparison()), "changed every time by +0.4 % (-1.0 to +1.8 %)");
  const drift = { factor: null, sd: 0.1, degreesOfFreedom: 4, from: "experience" } as const;
  assertStringIncludes(driftText(sampleComparison({ drift })), "standard deviation of 10.0 % (4 degrees of freedom)");
  assertEquals(driftText(samplePairedComparison()), "");
});

Deno.test("sourceViews lists the files of both sides", () => {
  assertEquals(sourceViews(sampleComparison()).map(({ side, cells }) => [side, cells[0]]), [
    ["baseline", "results/baseline.json"],
    ["current", "results/current.json"],
  ]);
});
