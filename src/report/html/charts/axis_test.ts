import { assertEquals } from "@std/assert";
import { changeTick, durationTick, durationTicks, shortNumber } from "./axis.ts";

Deno.test("shortNumber has no digit too many", () => {
  assertEquals([0, 1, 1.25, 200, 12_345, 0.001234].map((value) => shortNumber(value)), [
    "0",
    "1",
    "1.25",
    "200",
    "12,300",
    "0.00123",
  ]);
});

Deno.test("durationTicks tells neighbours apart, however narrow the picture", () => {
  const tick = durationTicks(1_000_000, 1_000_400);
  assertEquals([1_000_000, 1_000_100].map(tick), ["1 ms", "1.0001 ms"]);
});

Deno.test("durationTick and changeTick are what a person says", () => {
  assertEquals([1, 1000, 2.5e6, 1e9].map(durationTick), ["1 ns", "1 µs", "2.5 ms", "1 s"]);
  assertEquals([1, 1.1, 0.9, 4, 0.25].map(changeTick), ["0", "+10 %", "−10 %", "4×", "0.25×"]);
});
