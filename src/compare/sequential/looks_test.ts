import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { decisionShares, lastLook, LOOKS, lookShares, MAX_PAIRS, nearestLook, nextLook } from "./looks.ts";

Deno.test("lookShares() of all numbers of pairs add up to 1, and each from 2 on has one", () => {
  const all = Array.from({ length: 2 * MAX_PAIRS }, (_, pairs) => lookShares(pairs));
  assertAlmostEquals(all.reduce((sum, { change }) => sum + change, 0), 1, 1e-12);
  assertAlmostEquals(all.reduce((sum, { same }) => sum + same, 0), 1, 1e-12);
  for (const [pairs, { change, same }] of all.entries()) {
    const isPossible = pairs >= 2 && pairs <= MAX_PAIRS;
    assertEquals([change > 0, same > 0], [isPossible, isPossible], `${pairs} pairs`);
  }
  assertEquals(lookShares(2.5), { change: 0, same: 0 });
});

Deno.test("decisionShares() are those of lookShares(), but none before the first planned look", () => {
  for (let pairs = 0; pairs <= MAX_PAIRS + 1; pairs++) {
    assertEquals(decisionShares(pairs), pairs < 4 ? { change: 0, same: 0 } : lookShares(pairs));
  }
});

Deno.test("nextLook(), lastLook() and nearestLook() know the plan", () => {
  assertEquals([0, 4, 5, 63, 64].map(nextLook), [4, 6, 6, 64, null]);
  assertEquals([3, 4, 5, 99].map(lastLook), [0, 4, 4, 64]);
  assertEquals([0, 5, 7, 10, 100].map(nearestLook), [4, 4, 6, 11, 64]);
  assert(LOOKS.every((look, index) => index === 0 || look > (LOOKS[index - 1] ?? Infinity)));
  assertEquals(LOOKS.at(-1), MAX_PAIRS);
});
