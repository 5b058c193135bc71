import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { benchmarkId, combinations } from "./parameters.ts";

Deno.test("combinations() lists one empty combination for no parameters", () => {
  assertEquals(combinations({}), [{}]);
});

Deno.test("combinations() lists every combination once, the last parameter moving fastest", () => {
  assertEquals(combinations({ n: [1, 2], mode: ["a", "b"] }), [
    { n: 1, mode: "a" },
    { n: 1, mode: "b" },
    { n: 2, mode: "a" },
    { n: 2, mode: "b" },
  ]);
});

Deno.test("combinations() are as many as the product of the values, and all different", () => {
  const values = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 4 });
  fc.assert(fc.property(fc.dictionary(fc.string({ minLength: 1 }), values, { maxKeys: 4 }), (space) => {
    const all = combinations(space);
    assertEquals(all.length, Object.values(space).reduce((product, list) => product * list.length, 1));
    assertEquals(new Set(all.map((params) => JSON.stringify(params))).size, all.length);
  }));
});

Deno.test("benchmarkId() names the suite, the benchmark and each parameter", () => {
  assertEquals(benchmarkId("core", "Sum <b>", { n: 10, fast: true }), "core/Sum <b>/n=10/fast=true");
});
