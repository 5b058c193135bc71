import { assertEquals, assertThrows } from "@std/assert";
import { Counter } from "./counter.ts";

Deno.test("Counter.inc() adds one, or what is given", () => {
  const counter = new Counter();
  assertEquals(counter.value, 0);
  counter.inc();
  counter.inc(0);
  counter.inc(2.5);
  assertEquals(counter.value, 3.5);
});

Deno.test("Counter.inc() refuses what would make it go down or spoil it", () => {
  const counter = new Counter();
  for (const amount of [-1, -Number.MIN_VALUE, NaN, Infinity, -Infinity]) {
    assertThrows(() => counter.inc(amount), RangeError, `increment a counter by ${amount}: expected a finite number`);
  }
  // @ts-expect-error: a text would be appended
  assertThrows(() => counter.inc("1"), TypeError, "got string");
  assertEquals(counter.value, 0);
});
