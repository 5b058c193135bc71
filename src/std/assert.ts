/** `@std/assert`, from the npm mirror of the Deno standard library; the mirror has no types, so they are given here. */
// @ts-types="./assert.d.ts"
import * as mirror from "deno-std/assert/mod.js";
import { areSurelyEqual } from "./surely_equal.ts";

// @ts-types="./assert.d.ts"
export {
  assert,
  assertAlmostEquals,
  assertInstanceOf,
  AssertionError,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  fail,
} from "deno-std/assert/mod.js";

/** Asserts deep equality. */
export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  if (!areSurelyEqual(actual, expected)) mirror.assertEquals(actual, expected, message);
}
