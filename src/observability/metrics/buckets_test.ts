import { assertEquals, assertThrows } from "@std/assert";
import { bucketOf, exponentialBuckets, linearBuckets } from "./buckets.ts";

Deno.test("linearBuckets() and exponentialBuckets() are bounds at equal distances, and by a factor", () => {
  assertEquals(linearBuckets(10, 5, 3), [10, 15, 20]);
  assertEquals(linearBuckets(-1, 1, 3), [-1, 0, 1]);
  assertEquals(exponentialBuckets(1, 2, 4), [1, 2, 4, 8]);
  assertEquals([linearBuckets(0, 1, 1), exponentialBuckets(0.5, 10, 1)], [[0], [0.5]]);
  assertEquals(linearBuckets(0, 1, 1_000).length, 1_000);
});

Deno.test("linearBuckets() and exponentialBuckets() refuse what makes no bounds that rise, and say what they want", () => {
  for (const width of [0, -1, NaN]) {
    assertThrows(
      () => linearBuckets(0, width, 3),
      RangeError,
      `linear buckets with width ${width}: expected a number above 0`,
    );
  }
  for (const start of [0, -1, NaN]) {
    assertThrows(() => exponentialBuckets(start, 2, 3), RangeError, `exponential buckets from ${start}: expected`);
  }
  for (const factor of [1, 0.5, NaN]) {
    assertThrows(
      () => exponentialBuckets(1, factor, 3),
      RangeError,
      `with factor ${factor}: expected a number above 1`,
    );
  }
  for (const count of [0, -1, 1.5, 1_001, NaN]) {
    assertThrows(() => linearBuckets(0, 1, count), RangeError, `${count} buckets: expected an integer from 1 to 1000`);
    assertThrows(() => exponentialBuckets(1, 2, count), RangeError, `${count} buckets: expected an integer`);
  }
  assertThrows(() => exponentialBuckets(1e300, 1e10, 3), RangeError, "bound Infinity: expected a finite number");
  assertThrows(() => linearBuckets(NaN, 1, 3), RangeError, "bound NaN: expected a finite number");
  assertThrows(() => linearBuckets(2 ** 53, 0.5, 2), RangeError, "expected bounds that rise");
});

Deno.test("bucketOf() is the first bound that is not below, among few and among many", () => {
  for (const count of [1, 3, 16, 17, 100]) {
    const bounds = Float64Array.from(linearBuckets(1, 1, count));
    for (let value = 0; value <= count + 1; value += 0.5) {
      const first = bounds.findIndex((bound) => bound >= value);
      assertEquals(bucketOf(bounds, value), first < 0 ? count : first, `${value} of ${count}`);
    }
  }
});
