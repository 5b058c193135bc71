import { assert, assertAlmostEquals, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { HostFigure } from "../measure/document_environment.ts";
import { Simulation } from "../measure/statistics/testdata/simulated.ts";
import { sampleDocument } from "../measure/testdata/sample_document.ts";
import type { Sides } from "./circumstances.ts";
import { type CompareOptions, compareRuns } from "./compare.ts";
import { CompareError } from "./compare_error.ts";
import type { ComparedBenchmark, Comparison } from "./comparison.ts";
import { comparisonSchema } from "./comparison_schema.ts";
import type { BenchmarkData, RunData } from "./run_data.ts";
import { QUIET, runOf, simulatedBenchmark, simulatedSides, type SimulatedSuite } from "./testdata/simulated_runs.ts";

const OPTIONS: CompareOptions = {
  threshold: () => 0.1,
  defaultThreshold: 0.1,
  errorControl: "fdr",
  acrossHosts: false,
  tool: { name: "puffin-bench", version: "0.1.0" },
  createdAt: "2026-01-02T00:00:00.000Z",
};

const SUITE: SimulatedSuite = { noise: QUIET, effects: [0, 0, 0, 0, 0, 0], references: 8, forks: 8, runs: 1 };

function simulated(seed: number, changes: Partial<SimulatedSuite> = {}): Sides<RunData[]> {
  return simulatedSides(new Simulation(seed), { ...SUITE, ...changes });
}

function comparedOf({ benchmarks }: Comparison): ComparedBenchmark[] {
  return benchmarks.filter((entry) => entry.status === "compared");
}

function codesOf({ warnings }: Comparison): string[] {
  return warnings.map(({ code }) => code);
}

/** A run of references only whose level is `level`, on eight forks, and of given benchmarks. */
function withReferences(source: string, benchmarks: readonly BenchmarkData[], level = 1): RunData {
  const references = [100, 200, 300, 400].map((center, reference) => {
    const values = Array.from(
      { length: 8 },
      (_, fork) => level * center * (1 + 0.005 * Math.sin(7 * reference + 3 * fork)),
    );
    return simulatedBenchmark(`references/${reference}`, values);
  });
  return runOf(source, benchmarks, { references });
}

/** Eight processes around `value`. */
function eight(value: number, spread = 0.01): number[] {
  return Array.from({ length: 8 }, (_, fork) => value * (1 + spread * Math.sin(5 * fork)));
}

Deno.test("compareRuns() finds what changed, proves what did not, and is a valid comparison document", () => {
  const comparison = compareRuns(simulated(1, { effects: [Math.log(1.3), -Math.log(1.3), 0, 0, 0, 0] }), OPTIONS);
  assertEquals(comparisonSchema.parse(JSON.parse(JSON.stringify(comparison))), comparison);
  const verdicts = comparedOf(comparison).map(({ verdict }) => verdict);
  assertEquals(verdicts.slice(0, 2), ["slower", "faster"]);
  assertEquals(comparison.verdict, "slower");
  assert(verdicts.slice(2).includes("same"));
  const [slower] = comparedOf(comparison);
  assertAlmostEquals(slower?.ratio ?? 0, 1.3, 0.06);
  assert((slower?.interval?.low ?? 0) > 1.1 && slower?.interval?.level === 0.95);
  assertEquals([comparison.drift?.from, comparison.controls.length], ["references", 8]);
});

Deno.test("compareRuns() takes the host's factor off, and shows it beside the figures as they were measured", () => {
  const sides = {
    baseline: [withReferences("a", [simulatedBenchmark("s/a", eight(50)), simulatedBenchmark("s/b", eight(70))])],
    current: [withReferences("b", [simulatedBenchmark("s/a", eight(60)), simulatedBenchmark("s/b", eight(105))], 1.2)],
  };
  const comparison = compareRuns(sides, OPTIONS);
  const [same, slower] = comparedOf(comparison);
  assertAlmostEquals(same?.ratio ?? 0, 1, 1e-3);
  assertEquals(same?.verdict, "same");
  assertAlmostEquals((same?.current.value ?? 0) / (same?.baseline.value ?? 1), 1.2, 1e-3);
  assertAlmostEquals(slower?.ratio ?? 0, 1.25, 1e-3);
  assertEquals(slower?.verdict, "slower");
  assertAlmostEquals(comparison.drift?.factor?.ratio ?? 0, 1.2, 1e-6);
  for (const { ratio } of comparison.controls) assertAlmostEquals(ratio, 1.2, 1e-6);
  assert(codesOf(comparison).includes("host_factor"));
});

Deno.test("compareRuns() warns of hardware of another speed under the name of one host, and tells the speed across hosts", () => {
  const figure = (point: number): HostFigure => ({
    ...{ name: "integer", kind: "cpu", unit: "Mop/s", better: "higher", status: "measured", samples: 12, forks: 1 },
    value: { point, low: point / 1.02, high: point * 1.02, level: 0.95 },
  });
  const run = (source: string, point: number, changes: Partial<RunData> = {}): RunData => ({
    ...withReferences(source, [simulatedBenchmark("s/a", eight(50))]),
    hostFigures: [figure(point)],
    ...changes,
  });
  const compared = (...[a, b]: [RunData, RunData]) =>
    compareRuns({ baseline: [a], current: [b] }, { ...OPTIONS, acrossHosts: true });
  assert(codesOf(compared(run("a", 2000), run("b", 3000))).includes("host_speed"));
  assert(!codesOf(compared(run("a", 2000), run("b", 2200))).includes("host_speed"));
  const across = compared(run("a", 2000), run("b", 3000, { settings: { rounds: "1" } }));
  assert(!codesOf(across).includes("host_speed"), "it is told anyway");
  assertAlmostEquals(across.hostSpeeds[0]?.speed ?? 0, 1.5, 1e-12);
});

Deno.test("compareRuns() takes the host's level off fork by fork: a slow minute of both is no spread", () => {
  const slowed = (values: readonly number[]) => values.map((value, fork) => fork < 3 ? value * 1.3 : value);
  const run = (source: string, value: number): RunData => {
    const calm = withReferences(source, [simulatedBenchmark("s/a", eight(value))]);
    const disturb = (benchmarks: readonly BenchmarkData[]) =>
      benchmarks.map(({ id, processes }) => simulatedBenchmark(id, slowed(processes.map(({ value }) => value))));
    return { ...calm, benchmarks: disturb(calm.benchmarks), references: disturb(calm.references) };
  };
  const calm = withReferences("a", [simulatedBenchmark("s/a", eight(50))]);
  const comparison = compareRuns({ baseline: [calm], current: [run("b", 65)] }, OPTIONS);
  const [entry] = comparedOf(comparison);
  assertEquals(entry?.verdict, "slower");
  assert((entry?.spread?.forkSd ?? 1) < 0.02);
});

Deno.test("compareRuns() matches processes with the references of their own fork where a fork is missing", () => {
  const slow = (level: number) => (fork: number) => fork < 4 ? level : 2 * level;
  const figures = (center: number, missing: readonly number[]) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((fork) => !missing.includes(fork)).map((fork) => ({
      value: slow(center)(fork) * (1 + 0.002 * Math.sin(center + fork)),
      samples: 24,
      fork,
    }));
  const run = (source: string, missing: readonly number[], absent: readonly number[]): RunData =>
    runOf(source, [simulatedBenchmark("s/a", [], { processes: figures(50, missing) })], {
      references: [1, 2, 3].map((r) =>
        simulatedBenchmark(`references/${r}`, [], { processes: figures(100 * r, r === 1 ? absent : []) })
      ),
    });
  const comparison = compareRuns({ baseline: [run("a", [], [])], current: [run("b", [0, 1, 2], [6, 7])] }, OPTIONS);
  const [entry] = comparedOf(comparison);
  assertAlmostEquals(entry?.ratio ?? 0, 1, 0.01);
  assertEquals(entry?.verdict, "same");
});

Deno.test("compareRuns() never decides with one process on a side, however large the difference, and tells what to add", () => {
  for (const [before, after] of [[[10], [100]], [[10], eight(100)], [eight(10), [100]]] as const) {
    const sides = {
      baseline: [withReferences("a", [simulatedBenchmark("s/a", before)])],
      current: [withReferences("b", [simulatedBenchmark("s/a", after)])],
    };
    const comparison = compareRuns(sides, OPTIONS);
    const [entry] = comparedOf(comparison);
    assertEquals([entry?.verdict, entry?.reason, entry?.interval], ["inconclusive", "one_process", null]);
    assertEquals(entry?.needed, { what: "runs", count: 4, eachMs: 40_000 });
    assertStringIncludes(comparison.warnings.find(({ code }) => code === "one_process")?.message ?? "", "--forks");
  }
});

Deno.test("compareRuns() decides with one process in each of several runs", () => {
  const side = (name: string, value: number) =>
    [0.99, 1, 1.01, 1.005, 0.995].map((factor, index) =>
      withReferences(`${name}${index}`, [simulatedBenchmark("s/a", [value * factor])])
    );
  const comparison = compareRuns({ baseline: side("a", 10), current: side("b", 14) }, OPTIONS);
  assertEquals(comparedOf(comparison)[0]?.verdict, "slower");
});

Deno.test("compareRuns() without references does not take a host's drift for a change, and says what is missing", () => {
  const sides = simulated(2, { references: 0, effects: [Math.log(1.25), 0, 0, 0, 0, 0] });
  const comparison = compareRuns(sides, OPTIONS);
  assertEquals(new Set(comparedOf(comparison).map(({ verdict }) => verdict)), new Set(["inconclusive"]));
  assertEquals([comparison.drift?.from, comparison.drift?.factor, comparison.controls], ["experience", null, []]);
  assertStringIncludes(
    comparison.warnings.find(({ code }) => code === "no_references")?.message ?? "",
    "--no-references",
  );
  assert(codesOf(comparison).includes("drift"));
  const several = compareRuns(simulated(2, { references: 0, runs: 3 }), OPTIONS);
  assertEquals(several.drift?.from, "runs");
});

Deno.test("compareRuns() without references still finds what is twice as slow", () => {
  const sides = simulated(3, { references: 0, effects: [Math.log(2.2), 0, 0, 0, 0, 0] });
  assertEquals(comparedOf(compareRuns(sides, OPTIONS)).map(({ verdict }) => verdict).slice(0, 2), [
    "slower",
    "inconclusive",
  ]);
});

Deno.test("compareRuns() finds a suite that is slower as a whole: only references are the host", () => {
  const effects = Array.from({ length: 24 }, () => Math.log(1.3));
  const verdicts = comparedOf(compareRuns(simulated(4, { effects }), OPTIONS)).map(({ verdict }) => verdict);
  assertEquals(new Set(verdicts), new Set(["slower"]));
});

Deno.test("compareRuns() takes a larger rate for the better one", () => {
  const rates = (values: readonly number[]) => simulatedBenchmark("s/a", values, { better: "higher", unit: "ops/s" });
  const sides = {
    baseline: [withReferences("a", [rates(eight(50))])],
    current: [withReferences("b", [rates(eight(25))])],
  };
  const [entry] = comparedOf(compareRuns(sides, OPTIONS));
  assertAlmostEquals(entry?.ratio ?? 0, 2, 1e-2);
  assertEquals([entry?.verdict, entry?.current.unit], ["slower", "ops/s"]);
});

Deno.test("compareRuns() heeds thresholds of single benchmarks, the level and the kind of error control", () => {
  const sides = simulated(5, { effects: [Math.log(1.3), 0, 0, 0, 0, 0] });
  const of = (changes: Partial<CompareOptions>) => comparedOf(compareRuns(sides, { ...OPTIONS, ...changes }))[0];
  assertEquals(of({ threshold: (id) => id === "suite/0" ? 1 : 0.1 })?.verdict, "same");
  assertEquals(of({ threshold: (id) => id === "suite/0" ? 1 : 0.1 })?.threshold, 1);
  assertEquals(of({ alpha: 1e-12 })?.verdict, "inconclusive");
  assertEquals(of({ alpha: 0.01 })?.interval?.level, 0.99);
  assert((of({ errorControl: "fwer" })?.adjustedPValue ?? 0) >= (of({})?.adjustedPValue ?? 1));
  for (const changes of [{ defaultThreshold: 0 }, { threshold: () => NaN }, { alpha: 0 }, { alpha: 1 }]) {
    assertThrows(() => of(changes), RangeError, "Cannot compare");
  }
});

Deno.test("compareRuns() refuses runs of different circumstances, on two sides or within one, and names every difference", () => {
  const { environment } = sampleDocument;
  const run = (source: string, v8Flags: readonly string[], settings = { timeMs: "120" }) =>
    runOf(source, [simulatedBenchmark("s/a", eight(source.length))], {
      environment: { ...environment, v8Flags },
      settings,
    });
  const [plain, other] = [run("a", []), run("bb", ["--jitless"], { timeMs: "24" })];
  for (
    const sides of [{ baseline: [plain], current: [other] }, { baseline: [plain, other], current: [run("ccc", [])] }]
  ) {
    const error = assertThrows(() => compareRuns(sides, OPTIONS), CompareError);
    assertEquals([error.code, error.differences.length], ["circumstances_differ", 2]);
    for (const part of ["v8Flags", '"none"', '"--jitless"', "settings.timeMs", '"120"', '"24"', "--across-hosts"]) {
      assertStringIncludes(error.message, part);
    }
    assertEquals(error.message.includes("\n"), false);
    const comparison = compareRuns(sides, { ...OPTIONS, acrossHosts: true });
    assertEquals([comparison.differences.length, codesOf(comparison)[0]], [2, "across_hosts"]);
  }
});

Deno.test("compareRuns() refuses a side without runs, with a run twice, and a run with a benchmark twice", () => {
  const run = runOf("a", [simulatedBenchmark("s/a", eight(5))]);
  const double = runOf("b", [simulatedBenchmark("s/a", eight(5)), simulatedBenchmark("s/a", eight(6))]);
  const cases = [
    [{ baseline: [], current: [run] }, "no_runs"],
    [{ baseline: [run, { ...run, source: "copy" }], current: [run] }, "duplicate_run"],
    [{ baseline: [run], current: [double] }, "duplicate_benchmark"],
  ] as const;
  for (const [sides, code] of cases) {
    assertEquals(assertThrows(() => compareRuns(sides, OPTIONS), CompareError).code, code);
  }
  assert(codesOf(compareRuns({ baseline: [run], current: [run] }, OPTIONS)).includes("same_run"));
});

Deno.test("compareRuns() lists what it cannot compare, without a verdict", () => {
  const sides = {
    baseline: [withReferences("a", [simulatedBenchmark("s/gone", eight(1)), simulatedBenchmark("s/a", eight(1))])],
    current: [withReferences("b", [simulatedBenchmark("s/a", eight(9), { definitionHash: "new" })])],
  };
  const comparison = compareRuns(sides, OPTIONS);
  assertEquals(comparison.benchmarks.map(({ status }) => status), ["incomparable", "removed"]);
  assertEquals(comparison.verdict, "inconclusive");
});

Deno.test("compareRuns() does not use references that changed with the program", () => {
  const [old, now] = [simulated(6).baseline, simulated(6).current];
  const changed = now.map((run) => ({
    ...run,
    references: run.references.map((r) => ({ ...r, definitionHash: "new" })),
  }));
  const comparison = compareRuns({ baseline: old, current: changed }, OPTIONS);
  assertEquals(comparison.drift?.from, "experience");
  assertStringIncludes(comparison.warnings[0]?.message ?? "", "not all runs have the same");
});

Deno.test("compareRuns() says how many more runs would decide, fewer for what is clearer, and advises ab where none would", () => {
  const noisy = (value: number, spread: number) => simulatedBenchmark("s/a", eight(value, spread));
  const needed = (value: number, spread: number) => {
    const sides = {
      baseline: [withReferences("a", [noisy(50, spread)])],
      current: [withReferences("b", [noisy(value, spread)])],
    };
    const comparison = compareRuns(sides, OPTIONS);
    assertEquals(comparedOf(comparison)[0]?.verdict, "inconclusive");
    return { needed: comparedOf(comparison)[0]?.needed ?? null, codes: codesOf(comparison) };
  };
  const [clear, vague] = [needed(51, 0.15), needed(53, 0.15)];
  assert((clear.needed?.count ?? 99) < (vague.needed?.count ?? 0), `${clear.needed?.count}, ${vague.needed?.count}`);
  assertEquals([clear.needed?.what, clear.needed?.eachMs], ["runs", 40_000]);
  const hopeless = needed(54.95, 0.15);
  assertEquals(hopeless.needed, null);
  assert(hopeless.codes.includes("use_ab"));
});

Deno.test("compareRuns() of another tool's runs advises nothing that only a puffin-bench can do", () => {
  const run = (name: string, value: number) => ({
    ...runOf(name, [simulatedBenchmark("s/a", [value, 1.1 * value]), simulatedBenchmark("s/b", [value])]),
    tool: "hyperfine",
  });
  const { warnings } = compareRuns({ baseline: [run("a", 50)], current: [run("b", 54)] }, OPTIONS);
  assert(warnings.length >= 3);
  for (const { message } of warnings) assert(!/puffin-bench|--forks|--no-references/.test(message), message);
});

Deno.test("compareRuns() survives figures at the ends of what numbers hold", () => {
  const of = (value: number) => [withReferences(String(value), [simulatedBenchmark("s/a", [value, value, value])])];
  for (const [before, after] of [[5e-324, 1.7e308], [1.7e308, 5e-324], [1, 1]] as const) {
    const comparison = compareRuns({ baseline: of(before), current: of(after) }, OPTIONS);
    comparisonSchema.parse(JSON.parse(JSON.stringify(comparison)));
  }
});

Deno.test("compareRuns() carries what the files say of their runs, and warns of few processes and of two groups of them", () => {
  const split = eight(50, 0.001).map((value, fork) => fork % 2 === 0 ? value : value * 1.15);
  const loud = { code: "high_load", message: "the load was 9", benchmarkId: null };
  const [old, now] = [
    withReferences("a", [simulatedBenchmark("s/a", split), simulatedBenchmark("s/b", [5, 5.1, 5.2])]),
    withReferences("b", [simulatedBenchmark("s/a", eight(50)), simulatedBenchmark("s/b", [5, 5.1, 5.2])]),
  ];
  const comparison = compareRuns({ baseline: [{ ...old, warnings: [loud] }], current: [now] }, OPTIONS);
  const messages = new Map(comparison.warnings.map((warning) => [warning.code, warning]));
  assertEquals(messages.get("high_load")?.message, '"a": the load was 9');
  assertEquals(messages.get("bimodal")?.benchmarkId, "s/a");
  assertStringIncludes(messages.get("few_forks")?.message ?? "", "1 of 2");
});

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

Deno.test("compareRuns() with its sides swapped inverts the ratios and swaps slower and faster", () =>
  fc.assert(
    fc.property(seeds, fc.constantFrom(1, 2), fc.constantFrom(0, 8), (seed, runs, references) => {
      const sides = simulated(seed, { effects: [0.3, -0.3, 0.1, 0, 0, 0], runs, references });
      const forth = comparedOf(compareRuns(sides, OPTIONS));
      const back = comparedOf(compareRuns({ baseline: sides.current, current: sides.baseline }, OPTIONS));
      const swapped = { slower: "faster", faster: "slower", same: "same", inconclusive: "inconclusive" } as const;
      for (const [index, entry] of forth.entries()) {
        const other = back[index];
        assert(other !== undefined);
        assertAlmostEquals(other.ratio * entry.ratio, 1, 1e-9);
        assertAlmostEquals((other.interval?.low ?? 0) * (entry.interval?.high ?? 0), 1, 1e-6);
        assertEquals(other.verdict, swapped[entry.verdict]);
      }
    }),
    { numRuns: 20 },
  ));

Deno.test("compareRuns() does not care for units, nor for the order of the benchmarks", () =>
  fc.assert(
    fc.property(seeds, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (seed, scale) => {
      const sides = simulated(seed, { effects: [0.2, 0.05, 0, 0, 0, 0] });
      const changed = (runs: readonly RunData[]) =>
        runs.map((run) => ({
          ...run,
          benchmarks: run.benchmarks.toReversed().map((benchmark) => ({
            ...benchmark,
            processes: benchmark.processes.map(({ value, ...rest }) => ({ ...rest, value: value * scale })),
          })),
        }));
      const plain = comparedOf(compareRuns(sides, OPTIONS));
      const moved = compareRuns({ baseline: changed(sides.baseline), current: changed(sides.current) }, OPTIONS);
      for (const [index, entry] of comparedOf(moved).toReversed().entries()) {
        assertAlmostEquals(entry.ratio, plain[index]?.ratio ?? 0, 1e-9);
        assertAlmostEquals(entry.pValue ?? 0, plain[index]?.pValue ?? 1, 1e-6);
      }
    }),
    { numRuns: 20 },
  ));

Deno.test("compareRuns() does not care in which order the forks ran, as long as they keep their numbers", () =>
  fc.assert(
    fc.property(seeds, (seed) => {
      const sides = simulated(seed);
      const reversed = sides.current.map((run) => ({
        ...run,
        benchmarks: run.benchmarks.map((benchmark) => ({ ...benchmark, processes: benchmark.processes.toReversed() })),
      }));
      const [plain, moved] = [sides.current, reversed].map((current) =>
        comparedOf(compareRuns({ ...sides, current }, OPTIONS))
      );
      for (const [index, entry] of (plain ?? []).entries()) {
        assertAlmostEquals(entry.pValue ?? 0, moved?.[index]?.pValue ?? 1, 1e-9);
      }
    }),
    { numRuns: 20 },
  ));

Deno.test("compareRuns() never calls a benchmark changed because another one that is equal on both sides was added", () =>
  fc.assert(
    fc.property(seeds, fc.double({ min: -0.3, max: 0.3, noNaN: true }), (seed, effect) => {
      const { baseline, current } = simulated(seed, { effects: [effect, 0, 0, 0, 0, 0] });
      const before = comparedOf(compareRuns({ baseline, current }, OPTIONS));
      const added = simulatedBenchmark("suite/added", eight(80, 0.001));
      const more = (runs: readonly RunData[]) =>
        runs.map((run) => ({ ...run, benchmarks: [...run.benchmarks, added] }));
      const after = comparedOf(compareRuns({ baseline: more(baseline), current: more(current) }, OPTIONS));
      for (const [index, { verdict }] of before.entries()) {
        if (verdict === "inconclusive" || verdict === "same") {
          assert(!["slower", "faster"].includes(after[index]?.verdict ?? ""));
        }
      }
    }),
    { numRuns: 30 },
  ));
