import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { LogarithmicScale, MAX_SCHEMA, MIN_SCHEMA } from "./logarithmic_scale.ts";
import { QuantileSketch } from "./quantile_sketch.ts";

/** Values that lie together, far apart, or next to the bounds of buckets. */
const value = fc.oneof(
  fc.double({ min: 1e-30, max: 1e30, noNaN: true }),
  fc.integer({ min: -100, max: 100 }).map((power) => 2 ** power),
  fc.tuple(fc.integer({ min: -400, max: 400 }), fc.constantFrom(1, 1 - 2 ** -53, 1 + 2 ** -52)).map(([at, off]) =>
    2 ** (at / 8) * off
  ),
  fc.constantFrom(0, 1, 1, 1, Number.MAX_VALUE, 5e-324),
);
const values = fc.array(value, { minLength: 1, maxLength: 300, size: "max" });
const sizes = fc.record({
  relativeError: fc.constantFrom(0.00136, 0.01, 0.05, 0.5),
  maxBuckets: fc.constantFrom(80, 160, 2_048),
});

function sketchOf(options: ConstructorParameters<typeof QuantileSketch>[0], all: readonly number[]): QuantileSketch {
  const sketch = new QuantileSketch(options);
  for (const one of all) sketch.record(one);
  return sketch;
}

Deno.test("QuantileSketch.quantile() is within the error that it tells, whatever the values", () =>
  fc.assert(fc.property(sizes, values, fc.double({ min: 0, max: 1, noNaN: true }), (options, all, q) => {
    const sketch = sketchOf(options, all), sorted = all.toSorted((a, b) => a - b);
    const exact = sorted[Math.floor(q * (all.length - 1))] ?? NaN, told = sketch.quantile(q);
    assert(
      sketch.relativeError <= options.relativeError ||
        sketch.schema < LogarithmicScale.within(options.relativeError).schema,
    );
    if (exact > 2 ** -128) {
      assert(Math.abs(told - exact) <= exact * sketch.relativeError * (1 + 1e-12), `${told} for ${exact}`);
    }
    assertEquals([sketch.quantile(0), sketch.quantile(1)], [sorted[0], sorted.at(-1)]);
  })));

Deno.test("QuantileSketch keeps its error while values spread no further than it says", () => {
  const summary = sketchOf({ relativeError: 0.01, maxBuckets: 2_048 }, [1, 2 ** 31]);
  const histogram = sketchOf({ relativeError: 0.05, maxBuckets: 160 }, [1, 2 ** 19]);
  assert(summary.relativeError <= 0.01 && histogram.relativeError <= 0.05);
});

Deno.test("QuantileSketch.merge() makes what one sketch of all values is", () =>
  fc.assert(fc.property(sizes, sizes, values, values, (options, others, some, more) => {
    const merged = sketchOf(options, some);
    merged.merge(sketchOf({ ...others, maxBuckets: options.maxBuckets }, more));
    const coarser = Math.max(options.relativeError, others.relativeError);
    const all = sketchOf({ relativeError: coarser, maxBuckets: options.maxBuckets }, [...some, ...more]);
    assertEquals([merged.schema, merged.count, merged.min, merged.max], [all.schema, all.count, all.min, all.max]);
    for (let q = 0; q <= 1; q += 1 / 16) assertEquals(merged.quantile(q), all.quantile(q));
  })));

Deno.test("QuantileSketch.powersOfTwo() counts exactly, at any schema", () =>
  fc.assert(fc.property(sizes, values, (options, all) => {
    const lines = [...sketchOf(options, all).powersOfTwo()];
    for (const { bound, count } of lines) {
      assertEquals(
        count,
        all.filter((one) => one <= bound).length,
        `up to ${bound}`,
      );
    }
    assertEquals(lines.map(({ bound }) => bound), lines.map(({ bound }) => bound).toSorted((a, b) => a - b));
  })));

Deno.test("QuantileSketch refuses options and quantiles out of range", () => {
  for (const relativeError of [0, 1, NaN, 0.001]) {
    assertThrows(
      () => new QuantileSketch({ relativeError, maxBuckets: 160 }),
      RangeError,
      `relativeError ${relativeError}`,
    );
  }
  assertThrows(() => new QuantileSketch({ relativeError: 0.1, maxBuckets: 79 }), RangeError, "maxBuckets 79");
  const empty = sketchOf({ relativeError: 0.1, maxBuckets: 80 }, []);
  assertThrows(() => empty.quantile(1.1), RangeError, "quantile 1.1");
  assertEquals([empty.quantile(0.5), empty.min, empty.max], [NaN, 0, 0]);
});

Deno.test("LogarithmicScale.indexOf() puts every bound into its own bucket, and what is above into the next", () => {
  for (let schema = MIN_SCHEMA; schema <= MAX_SCHEMA; schema++) {
    const scale = LogarithmicScale.of(schema);
    for (let index = -6; index <= 6; index++) {
      const bound = scale.upperBound(index * 2 ** Math.max(0, schema));
      const at = scale.indexOf(bound);
      assertEquals([at, scale.indexOf(bound * (1 + Number.EPSILON))], [index * 2 ** Math.max(0, schema), at + 1]);
    }
  }
});
