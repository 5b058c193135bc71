import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { planCommands } from "./command_plan.ts";

const BUDGET = { roundMs: 100, commands: 2, timeMs: 3_000, runs: null, quick: false };

Deno.test("planCommands() fills the time, within its limits", () => {
  assertEquals(planCommands(BUDGET), { runs: 60, blockRounds: 3, blocks: 20 });
  assertEquals(planCommands({ ...BUDGET, roundMs: 60_000 }), { runs: 15, blockRounds: 3, blocks: 5 });
  assertEquals(planCommands({ ...BUDGET, roundMs: 0 }), { runs: 300, blockRounds: 3, blocks: 100 });
  assertEquals(planCommands({ ...BUDGET, roundMs: 60_000, quick: true }), { runs: 6, blockRounds: 1, blocks: 6 });
});

Deno.test("planCommands() plans exactly the runs that were asked for, in blocks that hold all of them", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1_000 }), fc.boolean(), (runs, quick) => {
    const plan = planCommands({ ...BUDGET, runs, quick });
    assertEquals(plan.runs, runs);
    assert(plan.blocks * plan.blockRounds >= runs && (plan.blocks - 1) * plan.blockRounds < runs);
  }));
});
