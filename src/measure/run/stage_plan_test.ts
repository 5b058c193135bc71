import { assertEquals, assertNotEquals } from "@std/assert";
import { makePlan } from "../plan.ts";
import { DEFAULT_SETTINGS } from "../settings.ts";
import { basic } from "../testdata/basic_suite.ts";
import { faulty } from "../testdata/faulty_suite.ts";
import { planStages } from "./stage_plan.ts";

const settings = { ...DEFAULT_SETTINGS, seed: 1, forks: 40 };

Deno.test("planStages() audits all, sees their memory, and times all in each fork in random order", async () => {
  const plan = await makePlan([basic, faulty], null);
  const stages = planStages(plan, settings);
  assertEquals(stages.slice(0, 4).map(({ task, suite }) => `${task}/${suite}`), [
    ...["audit/basic", "audit/faulty", "memory/basic", "memory/faulty"],
  ]);
  const orders = new Set<string>();
  for (let fork = 0; fork < settings.forks; fork++) {
    const timed = stages.filter((stage) => stage.task === "time" && stage.fork === fork).map(({ suite }) => suite);
    assertEquals(timed.toSorted(), ["basic", "faulty"]);
    orders.add(timed.join());
  }
  assertEquals(orders.size, 2);
  assertEquals(planStages(plan, settings), stages);
  assertNotEquals(planStages(plan, { ...settings, seed: 2 }), stages);
});
