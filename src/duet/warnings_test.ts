import { assertEquals, assertMatch } from "@std/assert";
import type { ExclusionCause } from "../measure/document.ts";
import type { PairMeasurement, SideFacts } from "../measure/duet/mod.ts";
import { differencesOf } from "./differences.ts";
import { Ledger } from "./ledger.ts";
import { type DuetFacts, duetWarnings } from "./warnings.ts";

const usual: SideFacts = {
  protocol: 1,
  tool: "t 1",
  clock: { source: "x", costNs: 1, stepNs: 1, monotonic: true },
  canCollect: true,
  runtime: "2.7.11, V8 14.9",
  benchmarks: [],
};

/** What is known of two programs, and of a benchmark of which `excluded` pairs of samples do not count, and 70 do. */
function facts(
  { a = {}, b = {}, excluded = {}, disturbed = false }: {
    readonly a?: Partial<SideFacts>;
    readonly b?: Partial<SideFacts>;
    readonly excluded?: Partial<Record<ExclusionCause, number>>;
    readonly disturbed?: boolean;
  },
): DuetFacts {
  const sides = { a: { ...usual, ...a }, b: { ...usual, ...b } };
  const measurement: PairMeasurement = {
    pairs: Array.from({ length: 70 }, () => ({ aNs: 100, bNs: 100, first: "a" as const })),
    excluded: { preemption: 0, steal: 0, suspend: 0, ...excluded },
    disturbed,
    optimizedOut: { a: false, b: false },
    batch: 10,
    steady: true,
  };
  const ledger = new Ledger({ id: "suite/x", suite: "suite", name: "x", params: {} });
  ledger.add(measurement);
  const shared = { others: [], pairs: 1, benchmarks: [] };
  return { ...shared, facts: sides, ledgers: [ledger], differences: differencesOf(sides) };
}

const codesOf = (known: DuetFacts) => duetWarnings(known).map(({ code }) => code);

Deno.test("duetWarnings() says nothing of two alike on a quiet host, nor of programs that never said what they are", () => {
  assertEquals(codesOf(facts({})), []);
  assertEquals(codesOf({ ...facts({}), facts: undefined, differences: differencesOf(undefined) }), []);
});

Deno.test("duetWarnings() names both runtimes where they differ", () => {
  const known = facts({ b: { runtime: "2.8.0, V8 15.0" } });
  assertEquals(known.differences, [
    { kind: "runtime", field: "environment.runtime", baseline: "2.7.11, V8 14.9", current: "2.8.0, V8 15.0" },
  ]);
  const [warning, ...others] = duetWarnings(known);
  assertEquals([warning?.code, warning?.benchmarkId, others], ["runtime_differs", null, []]);
  assertMatch(warning?.message ?? "", /^A runs on 2\.7\.11, V8 14\.9, B on 2\.8\.0, V8 15\.0:/);
});

Deno.test("duetWarnings() names the sides that cannot collect garbage", () => {
  const blind = { canCollect: false };
  for (
    const [sides, names] of [[{ a: blind }, "A"], [{ b: blind }, "B"], [{ a: blind, b: blind }, "A and B"]] as const
  ) {
    const [warning, ...others] = duetWarnings(facts(sides));
    assertEquals([warning?.code, others], ["no_gc", []]);
    assertMatch(warning?.message ?? "", new RegExp(`^${names} cannot collect garbage`));
  }
});

Deno.test("duetWarnings() tells the share of samples that do not count, from more than 30 % on", () => {
  assertEquals(codesOf(facts({ excluded: { steal: 30 } })), []);
  const [warning, ...others] = duetWarnings(facts({ excluded: { steal: 20, preemption: 10, suspend: 1 } }));
  assertEquals([warning?.code, others], ["disturbed", []]);
  assertMatch(warning?.message ?? "", /^31 % of the pairs of samples/);
});

Deno.test("duetWarnings() names other runs by their processes, and benchmarks whose disturbed samples count", () => {
  const warnings = duetWarnings({ ...facts({ disturbed: true }), others: [17] });
  assertEquals(warnings.map(({ code, benchmarkId }) => [code, benchmarkId]), [
    ["another_run", null],
    ["disturbed_samples", "suite/x"],
  ]);
  assertMatch(warnings[0]?.message ?? "", /\(process 17\)/);
});
