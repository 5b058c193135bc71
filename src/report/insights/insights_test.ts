import { assert, assertEquals } from "@std/assert";
import type { MeasuredBenchmark, ResultDocument } from "../../measure/document.ts";
import { assembleScaling } from "../../measure/run/assemble.ts";
import { HOSTILE_NAMES, sampleDocument } from "../testdata/sample_document.ts";
import { allocationRule } from "./allocation.ts";
import { allocationStrategyRule } from "./allocation_strategy.ts";
import { cardinalityRule } from "./cardinality.ts";
import { contentionRule } from "./contention.ts";
import { dependencyScalingRule } from "./dependency_scaling.ts";
import { collectorShare, garbageCollectionRule } from "./garbage_collection.ts";
import { type InsightRule, MAX_SENTENCES } from "./insight.ts";
import { insightsOf } from "./mod.ts";
import { metricsOverheadRule, tracingOverheadRule } from "./observability_overhead.ts";
import { documentOf, measured } from "./testdata/measured.ts";
import { bimodalRule, spreadInterval, unsteadyRule, varianceRule } from "./variance.ts";

/** Four forks about a level, of which the ratio to a like list has an interval of about ±1.3 %. */
function about(ns: number): readonly number[] {
  return [ns * 0.99, ns * 0.995, ns * 1.005, ns * 1.01];
}

/** The same level, and so much noise that no ratio below 2 can be told. */
function vague(ns: number): readonly number[] {
  return [ns * 0.6, ns * 0.8, ns * 1.3, ns * 1.6].toReversed();
}

interface Case {
  readonly rule: InsightRule;
  readonly code: string;
  /** A document where the other benchmark takes this as long as the plain one, with these forks. */
  readonly at: (otherNs: readonly number[]) => ResultDocument;
  /** The ratio that the interval must lie above. */
  readonly least: number;
  readonly advice: RegExp;
}

const PLAIN_NS = 1_000;

function byParameter(name: string, parameter: string, values: readonly [string | boolean, string | boolean]) {
  return (otherNs: readonly number[]) =>
    documentOf([
      measured(name, about(PLAIN_NS), { params: { [parameter]: values[0] } }),
      measured(name, otherNs, { params: { [parameter]: values[1] } }),
    ]);
}

function byName(plain: string, other: string) {
  return (otherNs: readonly number[]) => documentOf([measured(plain, about(PLAIN_NS)), measured(other, otherNs)]);
}

const CONTRASTS: readonly Case[] = [
  {
    rule: allocationStrategyRule,
    code: "allocation_strategy",
    at: byParameter("Allocation Strategies", "strategy", ["FirstFit", "BestFit"]),
    least: 1.1,
    advice: /FirstFit/,
  },
  {
    rule: allocationStrategyRule,
    code: "allocation_strategy",
    at: byParameter("Allocation Strategies", "Allocator", ["first-fit", "priority"]),
    least: 1.1,
    advice: /FirstFit/,
  },
  {
    rule: allocationStrategyRule,
    code: "allocation_strategy",
    at: byName("FirstFit Allocator", "BestFit Allocator"),
    least: 1.1,
    advice: /FirstFit/,
  },
  {
    rule: contentionRule,
    code: "contention",
    at: byParameter("Resource Contention", "contended", [false, true]),
    least: 1.5,
    advice: /shorter time.*lock-free.*back off/,
  },
  { rule: contentionRule, code: "contention", at: byName("lock, free", "lock, contended"), least: 1.5, advice: /lock/ },
  {
    rule: cardinalityRule,
    code: "metric_cardinality",
    at: byParameter("Cardinality Protection", "cardinality", ["low", "high"]),
    least: 1.25,
    advice: /Limit the cardinality/,
  },
  {
    rule: tracingOverheadRule,
    code: "tracing_overhead",
    at: byParameter("Integration Tests", "tracing", [false, true]),
    least: 1.05,
    advice: /sampling/,
  },
  {
    rule: tracingOverheadRule,
    code: "tracing_overhead",
    at: byName("run", "run, traced"),
    least: 1.05,
    advice: /sampl/,
  },
  {
    rule: metricsOverheadRule,
    code: "metrics_overhead",
    at: byParameter("Integration Tests", "metrics", ["off", "on"]),
    least: 1.05,
    advice: /asynchronously/,
  },
  {
    rule: metricsOverheadRule,
    code: "metrics_overhead",
    at: byName("run", "run, with metrics"),
    least: 1.05,
    advice: /asynchronously/,
  },
  {
    rule: allocationRule,
    code: "allocation",
    at: (otherNs) => documentOf(grouped(otherNs, 2_000)),
    least: 1.1,
    advice: /Pool .*cache .*connection pooling/,
  },
];

function grouped(otherNs: readonly number[], allocatedBytes: number): MeasuredBenchmark[] {
  const memory = { gc: null, heapUsedBytes: 1, residentBytes: 1 };
  return [
    measured("by hand", about(PLAIN_NS), { group: "g", baseline: true, memory: { ...memory, allocatedBytes: 1_000 } }),
    measured("ours", otherNs, { group: "g", memory: { ...memory, allocatedBytes } }),
  ];
}

CONTRASTS.forEach(({ rule, code, at, least, advice }, index) => {
  Deno.test(`${code} (${index}) fires if the whole interval of the ratio lies beyond what matters`, () => {
    const found = rule(at(about(least * 1.2 * PLAIN_NS)));
    assertEquals(found?.code, code);
    assertEquals(found?.benchmarkIds.length, 2);
    assert(
      /\d\.\d\d times \(\d+\.\d\d to \d+\.\d\d, 95 % interval\)/.test(found?.evidence[0] ?? ""),
      found?.evidence[0],
    );
    assert(advice.test(found?.advice ?? ""), found?.advice);
  });

  Deno.test(`${code} (${index}) is silent below what matters, without a difference, and the other way round`, () => {
    for (const ratio of [least * 0.98, 1, 0.5]) assertEquals(rule(at(about(ratio * PLAIN_NS))), null, `${ratio}`);
  });

  Deno.test(`${code} (${index}) is silent where only the point estimate lies beyond, and with one fork`, () => {
    assertEquals(rule(at(vague(least * 1.2 * PLAIN_NS))), null);
    assertEquals(rule(at([100 * PLAIN_NS])), null);
  });

  Deno.test(`${code} (${index}) decides at the border by the lower end of the interval`, () => {
    // Forks that differ alike on both sides leave no spread: the interval is a point.
    assertEquals(rule(at(about(least * 0.9999 * PLAIN_NS))), null);
    assert(rule(at(about(least * 1.0001 * PLAIN_NS))) !== null);
  });
});

Deno.test("allocation is silent where the bytes do not differ enough, however slow it is", () => {
  assertEquals(allocationRule(documentOf(grouped(about(9_000), 1_999))), null);
  assertEquals(allocationRule(documentOf(grouped(about(9_000), 2_000)))?.code, "allocation");
});

Deno.test("contention is told for each operation: of 16 contenders, of 'N tasks' in the group's name", () => {
  const contenders = (manyNs: number) =>
    documentOf(
      [1, 16].map((contenders) =>
        measured("Mutex", about(contenders === 1 ? 100 : manyNs), { params: { contenders } })
      ),
    );
  assertEquals(contentionRule(contenders(16 * 140)), null);
  const found = contentionRule(contenders(16 * 200));
  assert(found?.evidence[0]?.includes("2.00 times"), found?.evidence[0]);
  assert(found?.evidence[0]?.includes("198.75 ns for each of 16"), found?.evidence[0]);

  const named = documentOf([
    measured("mutex, free", about(100), { group: "mutex, free" }),
    measured("mutex, contended", about(16 * 200), { group: "mutex, 16 tasks" }),
  ]);
  assert(contentionRule(named)?.evidence[0]?.includes("2.00 times"));
});

Deno.test("contention leaves a group's baseline out: it is a yardstick", () => {
  const document = documentOf([
    measured("FIFO, free", about(100), { group: "free", baseline: true }),
    measured("FIFO, contended", about(1_000), { group: "contended", baseline: true }),
  ]);
  assertEquals(contentionRule(document), null);
});

Deno.test("rules compare what differs in one parameter only", () => {
  const at = (strategy: string, nodes: number, ns: number) =>
    measured("Allocation Strategies", about(ns), { params: { strategy, nodes } });
  const found = allocationStrategyRule(documentOf([
    at("FirstFit", 1, 100),
    at("FirstFit", 1_000, 10_000),
    at("BestFit", 1, 105),
    at("BestFit", 1_000, 15_000),
  ]));
  assertEquals(found?.evidence.length, 1);
  assert(found?.evidence[0]?.includes("1.50 times"), found?.evidence[0]);
  assertEquals(found?.severity, "notice");
});

Deno.test("metric_cardinality holds every number of series against the smallest", () => {
  const at = (cardinality: number, ns: number) => measured("Labeled Metrics", about(ns), { params: { cardinality } });
  const found = cardinalityRule(documentOf([at(10_000, 300), at(10, 100), at(100, 110)]));
  assertEquals(found?.benchmarkIds, [at(10_000, 1).id, at(10, 1).id]);
});

function scaled(exponents: readonly number[]): ResultDocument {
  const benchmarks = [10, 100, 1_000].map((states) =>
    measured("State Dependency Resolution", exponents.map((exponent) => 100 * states ** exponent), {
      params: { states },
    })
  );
  return documentOf(benchmarks, assembleScaling(benchmarks));
}

Deno.test("dependency_scaling fires if the interval of the exponents of the forks lies above 1.15", () => {
  const found = dependencyScalingRule(scaled([1.29, 1.3, 1.31]));
  assertEquals(found?.severity, "notice");
  assert(found?.evidence[0]?.includes("power of 1.30 (1.28 to 1.32, 95 % interval)"), found?.evidence[0]);
  assert(/Optimize the algorithms .* cache/.test(found?.advice ?? ""));
  assertEquals(dependencyScalingRule(scaled([1.9, 1.95, 2]))?.severity, "problem");
});

Deno.test("dependency_scaling is silent about linear graphs, one fork, exponents that vary, other parameters", () => {
  assertEquals(dependencyScalingRule(scaled([1.08, 1.1, 1.12])), null);
  assertEquals(dependencyScalingRule(scaled([2])), null);
  assertEquals(dependencyScalingRule(scaled([1, 1.3, 1.6])), null);
  const { scaling } = scaled([2, 2, 2]);
  const renamed = scaling.map((one) => ({ ...one, parameter: "items" }));
  assertEquals(dependencyScalingRule(documentOf([], renamed)), null);
  const noLaw = scaling.map((one) => ({ ...one, rSquared: 0.5 }));
  assertEquals(dependencyScalingRule({ ...scaled([2, 2, 2]), scaling: noLaw }), null);
});

function collecting(pauses: number, shareOfMedian: number): MeasuredBenchmark {
  const gc = { iterations: 1_000, pauses, totalMs: shareOfMedian * PLAIN_NS * 1_000 / 1e6, maxMs: 1 };
  return measured("allocates", about(PLAIN_NS), {
    memory: { allocatedBytes: 4_096, gc, heapUsedBytes: 1, residentBytes: 1 },
  });
}

Deno.test("garbage_collection fires if the pauses' share is above a tenth even at the lower end of its interval", () => {
  const found = garbageCollectionRule(documentOf([collecting(400, 0.2)]));
  assert(found?.evidence[0]?.includes("16.7 %"), found?.evidence[0]);
  assert(found?.evidence[0]?.includes("4.10 kB"), found?.evidence[0]);
  assert(/Pool/.test(found?.advice ?? ""));
  assertEquals(garbageCollectionRule(documentOf([collecting(4, 0.2)])), null, "four pauses say little");
  assertEquals(garbageCollectionRule(documentOf([collecting(400, 0.1)])), null);
  assertEquals(garbageCollectionRule(documentOf([measured("unknown", about(1))])), null);
  assertEquals(garbageCollectionRule(documentOf([collecting(0, 0)])), null);
});

Deno.test("collectorShare() has the exact Poisson interval of its pauses to three digits", () => {
  // R 4.2: poisson.test(10)$conf.int is 4.795389 18.390356.
  const share = collectorShare(collecting(10, 1e-6));
  assert(Math.abs((share?.low ?? 0) / 1e-6 - 0.4795389) < 0.002, `${share?.low}`);
  assert(Math.abs((share?.high ?? 0) / 1e-6 - 1.8390356) < 0.002, `${share?.high}`);
});

Deno.test("process_variance fires if even the lower end of the spread's interval matters, and samples do not explain it", () => {
  const spread = [100, 120, 140, 95, 132, 108, 127, 115];
  const found = varianceRule(documentOf([measured("varies", spread)]));
  assertEquals(found?.code, "process_variance");
  assert(/between 8 processes/.test(found?.evidence[0] ?? ""));
  assertEquals(varianceRule(documentOf([measured("steady", about(100))])), null);
  assertEquals(varianceRule(documentOf([measured("few", [100, 107, 113])])), null, "few processes say little");
  assertEquals(varianceRule(documentOf([measured("two", [100, 150])])), null);
  const noisy = measured("noisy", spread);
  const forks = noisy.forks.map((fork, index) => {
    const ns = spread[index] ?? 0;
    return { ...fork, samples: { ...fork.samples, wallNs: [ns, ns, 2 * ns, 2 * ns] } };
  });
  assertEquals(varianceRule(documentOf([{ ...noisy, forks }])), null, "its samples explain it");
});

Deno.test("spreadInterval() is that of chi-squared", () => {
  // R 4.2: sqrt(7 / qchisq(c(0.975, 0.025), 7)) is 0.6611729 2.035235.
  const { low, high } = spreadInterval(1, 8);
  assert(Math.abs(low - 0.6611729) < 0.002, `${low}`);
  assert(Math.abs(high - 2.035235) < 0.02, `${high}`);
});

Deno.test("bimodal_processes names both groups of processes", () => {
  const found = bimodalRule(documentOf([measured("two states", [100, 101, 102, 320, 321, 103, 322, 104])]));
  assert(
    found?.evidence[0]?.includes("100.00 ns to 104.00 ns in 5 processes and 320.00 ns to 322.00 ns in 3"),
    found?.evidence[0],
  );
  assertEquals(bimodalRule(documentOf([measured("one state", [100, 101, 102, 103, 104, 105])])), null);
});

Deno.test("unsteady fires if more than half of the processes were not steady", () => {
  const withUnsteady = (count: number) => {
    const benchmark = measured("restless", about(100));
    const forks = benchmark.forks.map((fork, index) => ({
      ...fork,
      warmup: { ...fork.warmup, steady: index >= count },
    }));
    return documentOf([{ ...benchmark, forks }]);
  };
  assert(unsteadyRule(withUnsteady(3))?.evidence[0]?.endsWith("in 3 of 4 processes"));
  assertEquals(unsteadyRule(withUnsteady(2)), null);
});

Deno.test("insightsOf() puts the most severe first, and counts what it does not tell", () => {
  const slow = Array.from({ length: MAX_SENTENCES + 3 }, (_, index) => [
    measured(`lock ${index}, free`, about(100)),
    measured(`lock ${index}, contended`, about(2_000 + index)),
  ]).flat();
  const insights = insightsOf(documentOf([...slow, ...grouped(about(1_500), 9_000)]));
  assertEquals(insights.map(({ severity }) => severity), ["problem", "info"]);
  assertEquals(insights[0]?.evidence.length, MAX_SENTENCES + 1);
  assertEquals(insights[0]?.evidence.at(-1), "The same shows in 3 more");
  assert(insights[0]?.evidence[0]?.includes(`lock ${MAX_SENTENCES + 2}`), "the heaviest first");
  assertEquals(insights[0]?.benchmarkIds.length, slow.length);
});

Deno.test("insightsOf() shows hostile names as short text, and finds nothing in what failed or was optimised away", () => {
  for (const name of HOSTILE_NAMES) {
    const [insight] = insightsOf(documentOf([
      measured(`${name}, free`, about(100)),
      measured(`${name}, contended`, about(900)),
    ]));
    const [sentence] = insight?.evidence ?? [];
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    assert(sentence !== undefined && sentence.length < 400 && !/[\x00-\x1f\u202e]/.test(sentence), sentence);
  }
  const gone = documentOf([
    measured("a, free", about(1)),
    measured("a, contended", about(9), { status: "optimized_out" }),
  ]);
  assertEquals(insightsOf(gone), []);
  assertEquals(insightsOf(sampleDocument({ benchmarks: [], scaling: [], groups: [] })), []);
});
