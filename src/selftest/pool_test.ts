import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { pairEffect } from "../compare/sequential/mod.ts";
import { createRandom } from "../measure/random.ts";
import { measureDilution, usableYield } from "./dilution.ts";
import { type MaterialPair, materialPairSchema } from "./material.ts";
import { type DrawnPair, Pool, slowed } from "./pool.ts";
import { drawRuns, mostForks } from "./process_runs.ts";
import { syntheticPairs } from "./testdata/synthetic_pairs.ts";

function effectOf({ measured }: DrawnPair, id: string): number {
  return pairEffect(measured.get(id)?.pairs ?? []) ?? NaN;
}

Deno.test("Pool.drawAlike() swaps the labels of whole pairs, by chance", () => {
  const pool = new Pool(syntheticPairs({ pairs: 1, benchmarks: 2, slowdown: 1, seed: 1 }));
  const random = createRandom(1);
  const draws = Array.from({ length: 200 }, () => pool.drawAlike(random));
  const signs = draws.map((pair) => pool.ids.map((id) => Math.sign(effectOf(pair, id))).join());
  const [one, other] = [...new Set(signs)];
  assertEquals(new Set(signs).size, 2, "as measured, and swapped");
  assertEquals(one?.split(",").map((sign) => -Number(sign)).join(), other, "all benchmarks of a pair at once");
  const share = signs.filter((sign) => sign === one).length / signs.length;
  assert(share > 0.38 && share < 0.62, `${share}`);
  const [pair] = pool.pairs();
  assert(pair !== undefined);
  const size = Math.abs(effectOf(pair, "calibration/body_0"));
  for (const draw of draws) assertAlmostEquals(Math.abs(effectOf(draw, "calibration/body_0")), size, 1e-12);
});

Deno.test("Pool.drawSlowed() has the slowed side as B, whichever it was", () => {
  const pool = new Pool(syntheticPairs({ pairs: 10, benchmarks: 1, slowdown: 1.2, sd: 0.001, seed: 2 }));
  const random = createRandom(2);
  for (let i = 0; i < 50; i++) {
    assertAlmostEquals(effectOf(pool.drawSlowed(random), "calibration/body_0"), Math.log(1.2), 0.05);
  }
  for (const pair of pool.pairs()) assertAlmostEquals(effectOf(pair, "calibration/body_0"), Math.log(1.2), 0.05);
});

Deno.test("slowed() multiplies B of the named benchmarks, and nothing else", () => {
  const pool = new Pool(syntheticPairs({ pairs: 1, benchmarks: 2, seed: 3 }));
  const [pair] = pool.pairs();
  assert(pair !== undefined);
  const slower = slowed(pair, (id) => id === "calibration/body_1" ? 1.5 : 1);
  assertAlmostEquals(
    effectOf(slower, "calibration/body_1") - effectOf(pair, "calibration/body_1"),
    Math.log(1.5),
    1e-9,
  );
  assertEquals(slower.measured.get("calibration/body_0"), pair.measured.get("calibration/body_0"));
});

Deno.test("Pool leaves out what not all pairs have, and tells references apart; an empty one cannot be drawn from", () => {
  const [first, second] = syntheticPairs({ pairs: 2, benchmarks: 3, seed: 4 });
  assert(first !== undefined && second !== undefined);
  const reference = (pair: MaterialPair) => ({
    ...pair,
    benchmarks: pair.benchmarks.map((one) =>
      one.id === "calibration/body_2" ? { ...one, id: "references/sum_1000" } : one
    ),
  });
  const pool = new Pool([reference(first), reference({ ...second, benchmarks: second.benchmarks.slice(1) })]);
  assertEquals(pool.ids, ["calibration/body_1"]);
  assertEquals(pool.controls, ["references/sum_1000"]);
  assertThrows(() => new Pool([]).drawAlike(createRandom(1)), RangeError, "measure for longer");
});

Deno.test("measureDilution() recovers how much of an injected slowdown is measured", () => {
  const pool = new Pool(syntheticPairs({ pairs: 12, benchmarks: 24, slowdown: 1.1, yield: 0.85, sd: 0.02, seed: 5 }));
  const dilution = measureDilution(pool, 1.1);
  assertAlmostEquals(dilution?.yield ?? NaN, 0.85, 0.05);
  const { low = NaN, high = NaN } = dilution?.ratio ?? {};
  assert(low < 1.1 ** 0.85 && 1.1 ** 0.85 < high, `${low} to ${high}`);
  assertEquals(measureDilution(new Pool([]), 1.1), null);
});

Deno.test("usableYield() is that of no dilution where the interval says nothing", () => {
  const noisy = measureDilution(
    new Pool(syntheticPairs({ pairs: 2, benchmarks: 1, slowdown: 1.1, sd: 0.2, seed: 6 })),
    1.1,
  );
  assertEquals(usableYield(noisy ?? undefined), 1);
  assertEquals(usableYield(undefined), 1);
});

Deno.test("drawRuns() makes runs of different halves, without any process twice, references apart", () => {
  const pairs = syntheticPairs({ pairs: 9, benchmarks: 3, seed: 7 }).map((pair) => ({
    ...pair,
    benchmarks: pair.benchmarks.map((one, index) => index === 0 ? { ...one, id: "calibration/sum_1000" } : one),
  }));
  const pool = new Pool(pairs);
  assertEquals(mostForks(pool), 8);
  const { baseline, current } = drawRuns(pool, {
    forks: 8,
    referenceNames: new Set(["sum_1000"]),
    random: createRandom(7),
  });
  assertEquals(baseline.references.map(({ name }) => name), ["sum_1000"]);
  assertEquals(current.benchmarks.map(({ name }) => name), ["body_1", "body_2"]);
  const values = [baseline, current].flatMap(({ benchmarks }) =>
    benchmarks[0]?.processes.map(({ value }) => value) ?? []
  );
  assertEquals(new Set(values).size, 16);
  assertEquals(baseline.benchmarks[0]?.processes.map(({ fork }) => fork), [0, 1, 2, 3, 4, 5, 6, 7]);
});

Deno.test("materialPairSchema reads what is written, and refuses durations of 0", () => {
  const [pair] = syntheticPairs({ pairs: 1, benchmarks: 1, seed: 8 });
  assert(pair !== undefined);
  assertEquals(materialPairSchema.parse(JSON.parse(JSON.stringify(pair))), pair);
  const text = JSON.stringify(pair).replace(/"aNs":[\d.]+/, '"aNs":0');
  assertEquals(materialPairSchema.safeParse(JSON.parse(text)).success, false);
});
