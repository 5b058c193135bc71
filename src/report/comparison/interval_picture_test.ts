import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { sampleCompared } from "../../compare/testdata/sample_comparison.ts";
import { drawInterval, scaleEnds, scaleFor } from "./interval_picture.ts";

const interval = (low: number, high: number) => ({ low, high, level: 0.95 });
const scale = { reach: Math.log(1.21) }; // two thresholds of 10 %

Deno.test("drawInterval marks no change, the threshold, the ratio and its interval", () => {
  const draw = (ratio: number, between: ReturnType<typeof interval> | null) =>
    drawInterval({ ratio, interval: between, threshold: 0.1 }, scale, 21);
  assertEquals(draw(1, interval(0.98, 1.02)), "     :···─●─···:     ");
  assertEquals(draw(1.15, interval(1.12, 1.18)), "     :····│····:─●── ");
  assertEquals(draw(1.1, interval(0.98, 1.2)), "     :···─┼────●─────");
  assertEquals(draw(1.05, null), "     :····│··○·:     ");
});

Deno.test("drawInterval marks what lies beyond the scale, and leaves the middle to no change", () => {
  const far = drawInterval({ ratio: 9, interval: interval(1.5, 50), threshold: 0.1 }, scale, 21);
  assertEquals(far, "     :····│····:    ►");
  const low = drawInterval({ ratio: 0.1, interval: interval(0, 0.5), threshold: 0.1 }, scale, 21);
  assertEquals(low, "◄    :····│····:     ");
});

Deno.test("drawInterval is as wide as it was told, whatever the figures", () => {
  const ratio = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
  fc.assert(fc.property(ratio, ratio, ratio, fc.integer({ min: 2, max: 30 }), (point, one, other, half) => {
    const between = interval(Math.min(one, other), Math.max(one, other));
    const entry = sampleCompared("a", { percent: 0, changes: { ratio: point, interval: between } });
    for (const shown of [scale, scaleFor([entry])]) {
      assertEquals([...drawInterval(entry, shown, 2 * half + 1)].length, 2 * half + 1);
    }
  }));
});

Deno.test("scaleFor shows every interval, but no more than eight thresholds, at least two", () => {
  const reach = (percent: number, errorPercent: number) =>
    Math.round(1000 * scaleFor([sampleCompared("a", { percent, errorPercent })]).reach / Math.log(1.1)) / 1000;
  assertEquals(reach(0, 1), 2);
  assertEquals(reach(2000, 1), 8);
  const { high } = scaleEnds(scaleFor([sampleCompared("a", { percent: 30, errorPercent: 5 })]));
  assert(high > 1.4 && high < 1.5, String(high));
  assert(Number.isFinite(scaleFor([]).reach) && scaleFor([]).reach > 0);
});
