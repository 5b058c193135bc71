import { assert, assertEquals } from "@std/assert";
import { barCell, barDomain, factorTicks, ratioAxis, ratioCell, ratioDomain, ratioTicks } from "./ratio_cell.ts";
import { spanAxis, spanCell, spanDomain } from "./span_cell.ts";

/** The first and the last x of the path of that class. */
function reach(svg: string, className: string): [number, number] {
  const element = svg.match(new RegExp(`<path [^>]*class="${className}"[^>]*>`))?.[0];
  const path = element?.match(/ d="M(-?[\d.]+)[ ,][^"]*?(?:h([-\d ]+))?"/);
  const start = Number(path?.[1]);
  return [start, start + (path?.[2]?.match(/-?\d+/g) ?? []).map(Number).reduce((a, b) => a + b, 0)];
}

Deno.test("spanCell keeps least, interval, estimate and largest in order, within the scale", () => {
  const span = { range: [90, 400], interval: [-5, 130], point: 110 } as const;
  const domain = spanDomain([span]) ?? [1, 10];
  assertEquals(domain, [10, 1000]);
  const svg = spanCell(span, domain);
  const ends = [...svg.matchAll(/<path d="M(\d+) 10h(\d+)"/g)].map((
    [, from, by],
  ) => [Number(from), Number(from) + Number(by)]);
  const [[low = 0, high = 0] = [], [from = 0, to = 0] = [], [point = 0] = []] = ends;
  assertEquals([from, low, point, to, high], [from, low, point, to, high].toSorted((a, b) => a - b));
  assertEquals(from, 6, "an interval that reaches below 0 ends where the scale does");
  assertEquals(spanDomain([]), undefined);
});

Deno.test("spanAxis names powers of ten, no more than fit", () => {
  assertEquals([...spanAxis([1, 1e9]).matchAll(/>([\d.]+ [nµm]?s)</g)].map(([, label]) => label), [
    "1 ns",
    "1 µs",
    "1 ms",
    "1 s",
  ]);
});

Deno.test("ratioDomain shows every ratio and the threshold, alike on both sides of 1", () => {
  const [low, high] = ratioDomain([{ ratio: 0.4, interval: { low: 0.3, high: 0.5 } }], 0.1);
  assert(low < 0.3 && Math.abs(low * high - 1) < 1e-12);
  assert(ratioDomain([], 0.1)[1] > 1.1, "the band lies within the scale even if nothing was compared");
});

Deno.test("ratioDomain is not squeezed by one interval that knows nothing", () => {
  const usual = Array.from({ length: 40 }, () => ({ ratio: 1, interval: { low: 0.98, high: 1.02 } }));
  const [, high] = ratioDomain([...usual, { ratio: 1.1, interval: { low: 0, high: 1e6 } }], 0.1);
  assert(high < 1.5, `${high}`);
});

Deno.test("ratioCell and barCell stay within their place, whatever the interval", () => {
  const drawn = { ratio: 1.2, interval: { low: 0, high: 1e9 } };
  const options = { domain: [0.5, 2], threshold: 0.1, verdict: "slower" } as const;
  assertEquals(reach(ratioCell(drawn, options), "interval"), [10, 310]);
  assertEquals(reach(barCell(drawn, [0.5, 2]), "interval"), [10, 310]);
  assert(!ratioCell({ ratio: 1.2, interval: null }, options).includes('"interval"'));
});

Deno.test("ratioTicks are round, within the scale, and have 1 between them", () => {
  for (const high of [1.05, 1.16, 1.3, 2, 5, 20]) {
    for (const each of [1, 2]) {
      const ticks = ratioTicks([1 / high, high], each);
      assert(ticks.includes(1) && ticks.length >= 3, `${high}: ${ticks}`);
      assert(ticks.every((tick) => tick >= 1 / high && tick <= high), `${high}: ${ticks}`);
    }
  }
});

Deno.test("barDomain has room on the sides where there are bars, and factorTicks are round factors in it", () => {
  const [low, high] = barDomain([{ ratio: 4, interval: { low: 3.5, high: 4.6 } }, { ratio: 0.97, interval: null }]);
  assert(low > 0.9 && low < 0.97 && high > 4.6 && high < 6);
  assertEquals(factorTicks([low, high], 4), [1, 1.5, 3, 5]);
  assertEquals(factorTicks([0.19, 5.1], 4), [0.2, 0.5, 1, 2, 5]);
});

Deno.test("ratioAxis labels every tick, on both sides of no change", () => {
  const labels = [...ratioAxis([0.75, 1 / 0.75], { kind: "change" }).matchAll(/>([^<>]+)</g)].map(([, label]) => label);
  assertEquals(labels, ["−20 %", "−10 %", "0", "+10 %", "+20 %"]);
  const wide = [...ratioAxis([1 / 20, 20], { kind: "change" }).matchAll(/>([^<>]+)</g)].map(([, label]) => label);
  assertEquals(wide, ["0.1×", "0.33×", "1×", "3×", "10×"]);
  const factors = [...ratioAxis([0.95, 2.6], { kind: "ratio" }).matchAll(/>([^<>]+)</g)].map(([, label]) => label);
  assertEquals(factors, ["1×", "1.5×", "2×"]);
});
