/** The rules find benchmarks by their names and parameters: what the suites call them must be what the rules look for. */
import { assert } from "@std/assert";
import { SUITES } from "../../bench/mod.ts";
import { trialsOf } from "../../bench/testdata/trial.ts";
import type { MeasuredBenchmark } from "../measure/document.ts";
import { assembleScaling } from "../measure/run/assemble.ts";
import { insightsOf } from "../report/insights/mod.ts";
import { documentOf, measured } from "../report/insights/testdata/measured.ts";

/** Every benchmark of a suite, all with the same time, but for those that `nsOf` makes slower. */
async function documentWith(
  suiteName: string,
  nsOf: (benchmark: Pick<MeasuredBenchmark, "name" | "params">) => number,
) {
  const suite = await SUITES[suiteName]?.load();
  assert(suite !== undefined, suiteName);
  const benchmarks = trialsOf(suite).map(({ id, definition: { name, options }, params }) => {
    const ns = nsOf({ name, params });
    const { group = null, baseline = false } = options;
    return { ...measured(name, [ns, ns, ns], { suite: suite.name, params, group, baseline }), id };
  });
  return documentOf(benchmarks, assembleScaling(benchmarks));
}

function evidenceOf(document: Parameters<typeof insightsOf>[0], code: string): string {
  return insightsOf(document).find((insight) => insight.code === code)?.evidence.join("\n") ?? "";
}

Deno.test("insights find contention in core-floors: of the mutex and of the pool, each against its free use", async () => {
  const document = await documentWith("core-floors", ({ name }) => name.endsWith(", contended") ? 100_000 : 100);
  const evidence = evidenceOf(document, "contention");
  assert(evidence.includes('"core-floors: mutex, contended" takes 62.50 times'), evidence);
  assert(evidence.includes('"core-floors: resource pool, contended" takes 10.00 times'), evidence);
  assert(!evidence.includes("FIFO") && !evidence.includes("counting pool"), "floors are yardsticks");
});

Deno.test("insights find how State Dependency Resolution of core-agent grows", async () => {
  const document = await documentWith(
    "core-agent",
    ({ params: { states } }) => typeof states === "number" ? states ** 1.5 : 100,
  );
  const evidence = evidenceOf(document, "dependency_scaling");
  assert(evidence.includes('"core-agent: State Dependency Resolution" grows as states to the power of 1.50'), evidence);
});
