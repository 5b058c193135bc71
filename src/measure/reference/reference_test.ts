import { assertEquals, assertRejects } from "@std/assert";
import { suite } from "../suite.ts";
import { requireOwnNames } from "./built_in.ts";
import { calibrationSuite, referenceSuite } from "./mod.ts";

/** More than any body's counter takes to come round, and than the pointer chase's lap, which is 2,048. */
const ITERATIONS = 4_200;

for (const { name, benchmarks } of [calibrationSuite, referenceSuite]) {
  for (const { name: body, options, fn } of benchmarks) {
    Deno.test(`${name}/${body} finds its own result right, however often it runs`, async () => {
      const state = await options.setup?.({});
      for (let i = 0; i < ITERATIONS; i++) {
        if (await fn(state, {}) !== true) throw new Error(`iteration ${i} failed`);
      }
    });
  }
}

Deno.test("calibrationSuite has 24 benchmarks, referenceSuite eight", () => {
  assertEquals(calibrationSuite.benchmarks.length, 24);
  assertEquals(referenceSuite.benchmarks.map(({ name }) => name), [
    ...["sum_1000", "pointer_chase", "object_ops", "map_ops", "string_build", "json_roundtrip", "promise_chain_3"],
    "setimmediate_hop",
  ]);
});

Deno.test("requireOwnNames() refuses another suite by the name of the engine's", async () => {
  await requireOwnNames([
    calibrationSuite,
    referenceSuite,
    suite("mine", { title: "x" }, (bench) => bench("a", () => {})),
  ]);
  const impostor = suite("references", { title: "x" }, (bench) => bench("a", () => {}));
  await assertRejects(() => requireOwnNames([impostor]), TypeError, 'suite "references": the engine has one');
});
