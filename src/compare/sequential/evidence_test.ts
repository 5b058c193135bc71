import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { SLEEP_DIFFERENCES } from "../../measure/statistics/testdata/reference_data.ts";
import {
  changePValue,
  type Evidence,
  evidence,
  evidenceOf,
  ratioInterval,
  sequentialChangePValue,
  sequentialEquivalencePValue,
} from "./evidence.ts";
import { lookShares } from "./looks.ts";

function found(effects: readonly number[]): Evidence {
  const evidence = evidenceOf(effects);
  assert(evidence !== null);
  return evidence;
}

Deno.test("changePValue() and ratioInterval() give what R's t.test gives for Student's own data", () => {
  const sleep = found(SLEEP_DIFFERENCES);
  assertAlmostEquals(changePValue(sleep), 0.00283289019738427, 1e-12); // t = -4.0621, df = 9
  const { low, high, level } = ratioInterval(sleep, 0.05, 1);
  assertAlmostEquals(Math.log(low), -2.4598857632769824, 1e-9);
  assertAlmostEquals(Math.log(high), -0.7001142367230176, 1e-9);
  assertEquals(level, 0.95);
});

Deno.test("evidenceOf() needs two pairs", () => {
  assertEquals(evidenceOf([]), null);
  assertEquals(evidenceOf([0.1]), null);
  assertEquals(found([0.1, 0.3]).degreesOfFreedom, 1);
});

Deno.test("changePValue() of equal effects is 1 at no change and 0 elsewhere", () => {
  assertEquals(changePValue(evidence(0, 0, 4)), 1);
  assertEquals(changePValue(evidence(0.1, 0, 4)), 0);
});

Deno.test("sequential p-values are those of a single look over its share, 1 where nothing is decided", () => {
  const eight = evidence(0.04, 0.02, 8);
  assertAlmostEquals(sequentialChangePValue(eight), changePValue(eight) / lookShares(8).change, 1e-12);
  for (const pairs of [2, 3, 65]) {
    assertEquals(sequentialChangePValue(evidence(0.1, 0.0001, pairs)), 1);
    assertEquals(sequentialEquivalencePValue(evidence(0, 0.0001, pairs), 0.03), 1);
  }
  assert(sequentialEquivalencePValue(evidence(0, 0.01, 8), 0.03) < 0.01);
  assertEquals(sequentialEquivalencePValue(evidence(0.1, 0.01, 8), 0.03), 1);
});

Deno.test("ratioInterval() stays finite and above 0 whatever two pairs leave open", () => {
  const { low, high } = ratioInterval(evidence(0, 5, 2), 0.01, 0.0001);
  assert(low > 0 && high < Infinity);
});
