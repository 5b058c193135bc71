import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { makePlan } from "../plan.ts";
import { referenceSuite } from "../reference/mod.ts";
import { DEFAULT_SETTINGS } from "../settings.ts";
import { basic } from "../testdata/basic_suite.ts";
import { faulty } from "../testdata/faulty_suite.ts";
import { planStages } from "./stage_plan.ts";

const settings = { ...DEFAULT_SETTINGS, seed: 1, forks: 40 };

Deno.test("planStages() audits all, sees the memory of the suites, and times all in each fork in random order", async () => {
  const plan = await makePlan([basic, faulty], null, referenceSuite);
  const stages = planStages(plan, { settings, slowdown: 1.5 });
  const suitesOf = (task: string) => stages.filter((stage) => stage.task === task).map(({ suite }) => suite);
  assertEquals(suitesOf("audit"), ["basic", "faulty", "references"]);
  assertEquals(suitesOf("memory"), ["basic", "faulty"]);
  const places = [0, 0, 0];
  for (let fork = 0; fork < settings.forks; fork++) {
    const timed = stages.filter((stage) => stage.task === "time" && stage.fork === fork).map(({ suite }) => suite);
    assertEquals(timed.toSorted(), ["basic", "faulty", "references"]);
    const place = timed.indexOf("references");
    places[place] = (places[place] ?? 0) + 1;
  }
  assert(places.every((count) => count >= 5), `the references' places: ${places}`); // 1 seed, chosen once: never by chance
  assertEquals(planStages(plan, { settings, slowdown: 1.5 }), stages);
  assertNotEquals(planStages(plan, { settings: { ...settings, seed: 2 }, slowdown: 1.5 }), stages);
});

Deno.test("planStages() has the references measured by settings of their own, and slows them never down", async () => {
  const stages = planStages(await makePlan([basic], null, referenceSuite), { settings, slowdown: 1.5 });
  for (const { suite, slowdown, settings: { rounds } } of stages) {
    assertEquals([slowdown, rounds], suite === "references" ? [1, 8] : [1.5, 24]);
  }
});

Deno.test("planStages() knows of no references where the plan has none", async () => {
  const stages = planStages(await makePlan([basic], null), { settings: { ...settings, forks: 2 }, slowdown: 1 });
  assertEquals(stages.map(({ task, suite, fork }) => `${task}/${suite}/${fork}`), [
    ...["audit/basic/0", "memory/basic/0", "time/basic/0", "time/basic/1"],
  ]);
});
