import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { createRandom, deriveSeed, Xoshiro128 } from "./random.ts";

const take = <Value>(count: number, draw: () => Value) => Array.from({ length: count }, draw);

Deno.test("Xoshiro128 gives the numbers of its authors' C program", () => {
  // From the state 1, 2, 3, 4; also the test vector of the Rust crate rand_xoshiro.
  const random = new Xoshiro128([1, 2, 3, 4]);
  assertEquals(take(10, () => random.nextUint32()), [
    ...[11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804],
  ]);
});

Deno.test("createRandom() spreads its seed with splitmix, the same on every platform", () => {
  const first = (seed: number) => take(2, ((random) => () => random.nextUint32())(createRandom(seed)));
  assertEquals(first(0), [3809008728, 1133695204]);
  assertEquals(first(1), [2442144158, 3238099751]);
  assertEquals(first(2 ** 32 - 1), [835879718, 1921286648]);
});

Deno.test("createRandom() takes only seeds of 32 bits", () => {
  for (const seed of [-1, 1.5, 2 ** 32, NaN, Infinity]) {
    assertThrows(() => createRandom(seed), RangeError, `seed must be an integer from 0 to 2^32 - 1, it is ${seed}`);
    assertThrows(() => deriveSeed(seed), RangeError, `it is ${seed}`);
  }
});

Deno.test("Random.nextFloat() lies in [0, 1) and is uniform in its first and its last bits", () => {
  const random = createRandom(11);
  const draws = take(20_000, () => random.nextFloat());
  assert(draws.every((draw) => draw >= 0 && draw < 1));
  for (const scale of [10, 10 * 2 ** 30]) { // tenths, and tenths of a billionth
    const counts = countOf(draws.map((draw) => Math.floor(draw * scale) % 10));
    assertEquals(counts.length, 10);
    assert(chiSquare(counts) < 27.9, `${counts}`); // 99.9 % with 9 degrees of freedom
  }
});

Deno.test("Random.nextInt() reaches each integer below its bound equally often", () => {
  const random = createRandom(5);
  for (const bound of [1, 2, 7]) {
    const counts = countOf(take(7_000, () => random.nextInt(bound)));
    assertEquals(counts.length, bound);
    assert(chiSquare(counts) < 22.5, `${counts}`);
  }
  assert(random.nextInt(2 ** 32) < 2 ** 32);
  for (const bound of [0, -1, 1.5, NaN, 2 ** 32 + 1]) {
    assertThrows(() => random.nextInt(bound), RangeError, `bound must be an integer from 1 to 2^32, it is ${bound}`);
  }
});

Deno.test("Random.shuffle() gives every order equally often and leaves its argument alone", () => {
  const random = createRandom(3);
  const items = ["a", "b", "c", "d"];
  const counts = countOf(take(12_000, () => random.shuffle(items).join("")));
  assertEquals(counts.length, 24);
  assert(chiSquare(counts) < 49.7, "99.9 % with 23 degrees of freedom");
  assertEquals(items, ["a", "b", "c", "d"]);
});

Deno.test("Random.shuffle() keeps every item, undefined and repeated ones too", () =>
  fc.assert(fc.property(fc.array(fc.option(fc.nat(3), { nil: undefined })), fc.nat(), (items, seed) => {
    const sorted = (list: readonly (number | undefined)[]) => list.map(String).sort();
    assertEquals(sorted(createRandom(seed).shuffle(items)), sorted(items));
    assertEquals(createRandom(seed).shuffle(items), createRandom(seed).shuffle(items));
  })));

Deno.test("deriveSeed() tells seeds, parts, their types and their limits apart", () => {
  const seeds = [
    ...[deriveSeed(1), deriveSeed(2), deriveSeed(1, ""), deriveSeed(1, "", ""), deriveSeed(1, 1), deriveSeed(1, "1")],
    ...[deriveSeed(1, "ab", "c"), deriveSeed(1, "a", "bc"), deriveSeed(1, "abc"), deriveSeed(1, "c", "ab")],
    ...[deriveSeed(1, 1, 2), deriveSeed(1, 12), deriveSeed(1, -1), deriveSeed(1, "🙂"), deriveSeed(1, "🙃")],
  ];
  assertEquals(new Set(seeds).size, seeds.length);
  assertEquals(deriveSeed(9, "order", 3), deriveSeed(9, "order", 3));
  assert(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32));
});

Deno.test("deriveSeed() hardly ever gives two forks the same seed, and their streams have nothing in common", () => {
  const seeds = take(10_000, ((fork) => () => deriveSeed(7, "fork", fork++))(0));
  assert(new Set(seeds).size > 9_995); // 0.01 equal pairs are to be expected among 2^32
  const [left, right] = [createRandom(seeds[0] ?? 0), createRandom(seeds[1] ?? 0)];
  assertNotEquals(take(4, () => left.nextUint32()), take(4, () => right.nextUint32()));
  const agreeing = take(10_000, () => Number((left.nextUint32() ^ right.nextUint32()) >= 0)).reduce((a, b) => a + b, 0);
  assert(Math.abs(agreeing - 5_000) < 165, "first bits agree in half of the cases, within 3.3 standard deviations");
});

/** How often each value occurs, for all that do. */
function countOf(values: readonly (string | number)[]): number[] {
  return [...Map.groupBy(values, (value) => value).values()].map((equal) => equal.length);
}

/** K. Pearson's statistic for counts that should all be equal. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}
