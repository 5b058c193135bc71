import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { MeasureError } from "./measure_error.ts";
import { makePlan, plannedSuite } from "./plan.ts";
import { suite } from "./suite.ts";

const numbers = suite("numbers", { title: "Numbers" }, (bench) => {
  bench("add", { group: "g", baseline: true }, () => 1 + 1);
  bench("sum", { group: "g", params: { n: [10, 100] }, timeoutMs: 7 }, (_, { n }) => n);
});
const texts = suite("texts", { title: "Texts" }, (bench) => bench("join", () => ["a"].join()));

Deno.test("makePlan() has a benchmark for each combination, in the order of definition", async () => {
  const plan = await makePlan([numbers, texts], null);
  assertEquals(plan.benchmarks.map(({ identity }) => identity.id), [
    "numbers/add",
    "numbers/sum/n=10",
    "numbers/sum/n=100",
    "texts/join",
  ]);
  assertEquals(plan.benchmarks[1]?.timeoutMs, 7);
  assertEquals(plan.benchmarks[0]?.identity.baseline, true);
});

Deno.test("makePlan() leaves out what the filter does not match, and suites of which nothing is left", async () => {
  const plan = await makePlan([numbers, texts], "n=1");
  assertEquals(plan.suites.map(({ name, benchmarks }) => [name, benchmarks.length]), [["numbers", 2]]);
});

Deno.test("makePlan() refuses a filter that is no regular expression or matches nothing", async () => {
  assertEquals((await assertRejects(() => makePlan([numbers], "["), MeasureError)).code, "filter_invalid");
  assertEquals((await assertRejects(() => makePlan([numbers], "zebra"), MeasureError)).code, "nothing_to_measure");
});

Deno.test("makePlan() hashes sources and options: a changed definition has another hash, a renamed benchmark the same", async () => {
  const hashes = await Promise.all([
    suite("a", { title: "A" }, (bench) => bench("x", () => 1 + 1)),
    suite("a", { title: "A" }, (bench) => bench("y", () => 1 + 1)),
    suite("a", { title: "A" }, (bench) => bench("x", () => 1 + 2)),
    suite("a", { title: "A" }, (bench) => bench("x", { iterations: 3 }, () => 1 + 1)),
    suite("a", { title: "A" }, (bench) => bench("x", { beforeRound: () => {} }, () => 1 + 1)),
  ].map(async (one) => (await makePlan([one], null)).benchmarks[0]?.identity.definitionHash));
  assertEquals(hashes[1], hashes[0]);
  assertEquals(new Set(hashes).size, 4);
  assertNotEquals(hashes[2], hashes[0]);
});

Deno.test("makePlan() has the references beside each suite's benchmarks, all of them, whatever the filter is", async () => {
  const plan = await makePlan([numbers], "n=1", texts);
  const alone = await makePlan([numbers], "n=1");
  const [suite, ...others] = plan.suites;
  assertEquals([others, plan.benchmarks, suite?.benchmarks], [[], alone.benchmarks, alone.suites[0]?.benchmarks]);
  assertEquals(
    suite?.references.map(({ identity: { id, params } }) => [id, params]),
    texts.benchmarks.map(({ name }) => [`texts/${name}/suite=numbers`, { suite: "numbers" }]),
  );
  assertEquals([plannedSuite(plan, "numbers"), plannedSuite(plan, "texts")], [suite, undefined]);
  assertNotEquals(plan.hash, alone.hash, "a run with references does not go on with one that has none");
  await assertRejects(() => makePlan([numbers], null, numbers), TypeError, 'two suites are called "numbers"');
});
