import { assert, assertEquals } from "@std/assert";
import { densityOf } from "./density.ts";

Deno.test("densityOf integrates to 1 where the picture holds the whole distribution", () => {
  const values = [3, 4, 4.5, 5, 5, 5.2, 6, 9];
  const points = densityOf(values, { low: -20, high: 40 }, 2000);
  const area = points.reduce((sum, { density }) => sum + density * 60 / 1999, 0);
  assert(Math.abs(area - 1) < 1e-3, `${area}`);
});

Deno.test("densityOf of one value is the kernel itself", () => {
  // Bandwidth 0.02: a hundredth of the picture.
  const [, middle] = densityOf([1], { low: 0, high: 2 }, 3);
  assert(Math.abs((middle?.density ?? 0) - 1 / (0.02 * Math.sqrt(2 * Math.PI))) < 1e-9);
});

Deno.test("densityOf shows two modes of a bimodal distribution", () => {
  const values = [...Array(30).keys()].flatMap((i) => [100 + i / 10, 140 + i / 10]);
  const density = densityOf(values, { low: 90, high: 150 }, 61).map(({ density }) => density);
  const peaks = density.filter((value, i) => value > (density[i - 1] ?? 0) && value >= (density[i + 1] ?? 0));
  assertEquals(peaks.length, 2);
});
