import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DocumentError } from "../measure/document_error.ts";
import { comparisonFrom, saysComparison } from "./comparison_file.ts";
import { comparisonJsonSchema } from "./comparison_json_schema.ts";
import { sampleCompared, sampleComparison, samplePairedComparison } from "./testdata/sample_comparison.ts";

/** What a program that reads JSON gets. */
const reread = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

Deno.test("comparisonFrom takes what was written", () => {
  const speed = { speed: 1.3, interval: { low: 1.2, high: 1.4, level: 0.95 } };
  const figures = [{ name: "integer", unit: "Mop/s", baseline: 1000, current: 1300, ...speed }];
  const hostSpeeds = [{ kind: "cpu", ...speed, figures }] as const;
  for (const comparison of [sampleComparison(), samplePairedComparison(), sampleComparison({ hostSpeeds })]) {
    assertEquals(comparisonFrom(reread(comparison), "a.json"), comparison);
  }
});

Deno.test("comparisonFrom takes what was written before hosts' speeds were", () => {
  const { hostSpeeds: _, ...older } = sampleComparison();
  assertEquals(comparisonFrom(reread(older), "old.json"), sampleComparison());
});

Deno.test("comparisonFrom names file, field and value of what it refuses", () => {
  const [entry] = [sampleCompared("a", { percent: 0 })];
  const changed = (changes: object) => ({ ...sampleComparison(), ...changes });
  const cases = [
    [{}, 'expected "format" to be "puffin-bench/comparison", found missing'],
    [changed({ version: 2 }), 'expected "version" to be 1, found 2'],
    [changed({ verdict: "slow" }), 'verdict is "slow"'],
    [changed({ benchmarks: [{ ...entry, ratio: -1 }] }), "benchmarks[0].ratio is -1"],
    [changed({ benchmarks: [{ ...entry, ratio: NaN }] }), "benchmarks[0].ratio is null"],
    [changed({ benchmarks: [entry, entry] }), 'benchmarks[1].id is "core-agent/a": the id occurs twice'],
    [changed({ benchmarks: [{ ...entry, interval: { low: 2, high: 1, level: 0.95 } }] }), "its ends are swapped"],
    [changed({ benchmarks: [{ ...entry, verdict: "inconclusive" }] }), "benchmarks[0].reason is null"],
    [changed({ benchmarks: [{ ...entry, reason: "noise" }] }), 'benchmarks[0].reason is "noise"'],
  ] as const;
  for (const [value, message] of cases) {
    assertThrows(() => comparisonFrom(reread(value), "a.json"), DocumentError, message);
  }
});

Deno.test("saysComparison looks at own fields only", () => {
  assertEquals(saysComparison(reread(sampleComparison())), true);
  for (const value of [null, 3, [], {}, JSON.parse('{"__proto__": {"format": "puffin-bench/comparison"}}')]) {
    assertEquals(saysComparison(value), false);
  }
});

Deno.test("comparisonJsonSchema describes every field of the document", () => {
  const { properties } = comparisonJsonSchema();
  assertEquals(Object.keys(Object(properties)).toSorted(), Object.keys(sampleComparison()).toSorted());
});

Deno.test("comparisonFrom refuses a name that records would drop in silence", () => {
  const text = JSON.stringify(sampleComparison()).replace(`"params":{}`, `"params":{"__proto__":1}`);
  const { message } = assertThrows(() => comparisonFrom(JSON.parse(text), "x.json"), DocumentError);
  assertStringIncludes(message, `Cannot read "x.json": benchmarks[0].params.__proto__ is 1`);
});
