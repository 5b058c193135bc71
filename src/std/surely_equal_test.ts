import { assert, assertEquals } from "@std/assert";
import { equal } from "deno-std/assert/mod.js";
import fc from "fast-check";
import { areSurelyEqual } from "./surely_equal.ts";

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

Deno.test("areSurelyEqual() says yes only to what equal() calls equal", () => {
  // few names and values, so that many pairs are equal, or would be but for one thing
  const value = fc.constantFrom(undefined, null, 0, -0, 1, NaN, "", "a", true, Symbol.iterator);
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      value,
      fc.array(tie("tree"), { maxLength: 2 }),
      fc.sparseArray(tie("tree"), { maxLength: 2, maxNumElements: 2 }),
      fc.dictionary(fc.constantFrom("a", "b", "0"), tie("tree"), { maxKeys: 2, noNullPrototype: false }),
      fc.tuple(fc.constantFrom("a", Symbol.iterator), tie("tree"), fc.boolean(), fc.boolean()).map(
        ([key, value, enumerable, isArray]) => Object.defineProperty(isArray ? [] : {}, key, { value, enumerable }),
      ),
    ),
  }));
  const soundFor = (pair: fc.Arbitrary<unknown>) =>
    fc.assert(fc.property(pair, pair, (a, b) => !areSurelyEqual(a, b) || equal(a, b)), { numRuns: 1_500 });
  soundFor(tree);
  soundFor(anything);
});

Deno.test("areSurelyEqual() says yes to a copy of what JSON can hold, whatever the order of its names", () => {
  const reversed = (of: unknown): unknown =>
    Array.isArray(of)
      ? of.map(reversed)
      : typeof of === "object" && of !== null
      ? Object.fromEntries(Object.entries(of).reverse().map(([key, value]) => [key, reversed(value)]))
      : of;
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const copy: unknown = JSON.parse(JSON.stringify(value));
    assert(areSurelyEqual(copy, reversed(copy)));
  }));
});

Deno.test("areSurelyEqual() tells a name whose value is undefined from another one, or none", () => {
  assertEquals(areSurelyEqual({ a: undefined }, { b: undefined }), false);
  assertEquals(areSurelyEqual({ a: undefined }, {}), false);
  assertEquals(areSurelyEqual({ a: undefined }, { a: undefined }), true);
});

Deno.test("areSurelyEqual() ends in a circle, and leaves it to others", () => {
  const circle = () => {
    const of: { self?: unknown } = {};
    of.self = of;
    return of;
  };
  assertEquals(areSurelyEqual(circle(), circle()), false);
  assertEquals(circle(), circle());
});
