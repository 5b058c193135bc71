import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { runningMedian } from "./running_median.ts";

Deno.test("runningMedian() keeps a step and leaves out wild values", () => {
  const values = [...Array(10).fill(100), ...Array(10).fill(150)];
  values[4] = 900;
  values[13] = 1;
  const medians = runningMedian(values, { window: 5, points: 100 });
  assertEquals(medians.map(({ value }) => value), [...Array(8).fill(100), ...Array(8).fill(150)]);
  assertEquals([medians[0]?.index, medians.at(-1)?.index], [2, 17]);
});

Deno.test("runningMedian() gives no more points than asked for, spread from the first window to the last", () => {
  const medians = runningMedian(Array.from({ length: 1000 }, (_, i) => i), { window: 101, points: 4 });
  assertEquals(medians, [50, 350, 649, 949].map((index) => ({ index, value: index })));
});

Deno.test("runningMedian() of as many values as a window has is one median, and of fewer none", () => {
  assertEquals(runningMedian([3, 1, 2], { window: 3, points: 5 }), [{ index: 1, value: 2 }]);
  assertEquals(runningMedian([3, 1], { window: 3, points: 5 }), []);
});

Deno.test("runningMedian() stays within the values of its window", () => {
  const values = fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 80 });
  fc.assert(fc.property(values, fc.nat(5), fc.integer({ min: 2, max: 20 }), (values, half, points) => {
    const medians = runningMedian(values, { window: 2 * half + 1, points });
    assert(medians.length <= points);
    for (const { index, value } of medians) {
      const window = values.slice(index - half, index + half + 1);
      assertEquals(window.length, 2 * half + 1);
      assert(
        window.filter((other) => other <= value).length > half &&
          window.filter((other) => other >= value).length > half,
      );
    }
  }));
});
