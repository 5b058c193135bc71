import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Throughput } from "./definition.ts";
import { makePlan } from "./plan.ts";
import { suite } from "./suite.ts";

Deno.test("A benchmark tells what an iteration gets through, once or for each combination of its parameters", async () => {
  const copying = suite("copying", { title: "Copying" }, (bench) => {
    bench("nothing", () => 1);
    bench("page", { throughput: { bytes: 4_096 } }, () => 1);
    bench("rows", { throughput: { bytes: 64, elements: 2 } }, () => 1);
    bench("sized", { params: { n: [1, 8] }, throughput: ({ n }) => ({ elements: n }) }, () => 1);
  });
  const { benchmarks } = await makePlan([copying], null);
  assertEquals(benchmarks.map(({ identity: { throughput } }) => throughput), [
    null,
    { bytes: 4_096, elements: null },
    { bytes: 64, elements: 2 },
    { bytes: null, elements: 1 },
    { bytes: null, elements: 8 },
  ]);
});

Deno.test("A benchmark's throughput is bytes or elements, above 0", async () => {
  const wrong: readonly Throughput[] = [{}, { bytes: 0 }, { elements: -1 }, { bytes: NaN }, { bytes: Infinity }];
  for (const throughput of wrong) {
    const define = (option: Throughput | (() => Throughput)) => () =>
      suite("copying", { title: "Copying" }, (bench) => bench("page", { throughput: option }, () => 1));
    assertThrows(define(throughput), TypeError, 'option "throughput');
    const late = define(() => throughput)();
    await assertRejects(
      () => makePlan([late], null),
      TypeError,
      'Cannot plan benchmark "page" with {}: its throughput is not valid',
    );
  }
});
