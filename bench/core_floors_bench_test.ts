import { assert, assertEquals } from "@std/assert";
import floors from "./core_floors_bench.ts";
import { attempt, trialsOf } from "./testdata/trial.ts";

Deno.test("core-floors holds something against a baseline in every group", () => {
  const groups = Map.groupBy(floors.benchmarks, ({ options }) => options.group);
  for (const [group, members] of groups) {
    assert(group !== undefined && members.length > 1, `group ${group}`);
    assertEquals(members.map(({ options }) => options.baseline === true).indexOf(true), 0, `baseline of ${group}`);
  }
});

for (const trial of trialsOf(floors)) {
  Deno.test(`${trial.id} succeeds, and again on what it left behind`, async () => {
    assertEquals(await attempt(trial, 3), [true, true, true]);
  });
}
