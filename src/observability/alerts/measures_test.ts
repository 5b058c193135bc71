import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Baseline } from "./baseline.ts";
import { IncreaseWindows } from "./increase_windows.ts";
import { Inhibitions } from "./inhibitions.ts";
import { labelsMatch } from "./labels.ts";

const WINDOW_MS = 1_000;

Deno.test("IncreaseWindows tells what a list of all growth would tell, resets included, and when it will change", () => {
  const steps = fc.array(fc.record({ ms: fc.integer({ min: 1, max: 700 }), grows: fc.nat(5), resets: fc.boolean() }), {
    maxLength: 40,
    size: "max",
  });
  fc.assert(fc.property(steps, fc.nat(100), (script, first) => {
    const windows = new IncreaseWindows(WINDOW_MS, 1), growth: { atMs: number; by: number }[] = [];
    let nowMs = 0, value = first;
    windows.update([{ labels: {}, value }], nowMs);
    for (const { ms, grows, resets } of script) {
      const lately = () => growth.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
      const expected = nowMs < WINDOW_MS ? WINDOW_MS : Infinity;
      const leaves = lately().map(({ atMs }) => atMs + WINDOW_MS);
      assertEquals(windows.nextMs(nowMs), Math.min(expected, ...leaves));
      nowMs += ms;
      const read = resets && grows < value ? grows : value + grows;
      const by = read >= value ? read - value : read;
      if (read !== value) growth.push({ atMs: nowMs, by });
      value = read;
      windows.update([{ labels: {}, value }], nowMs);
      const increase = lately().reduce((sum, each) => sum + each.by, 0);
      assertEquals([...windows.increases(nowMs)], [{ labels: {}, increase, isWhole: nowMs >= WINDOW_MS }]);
    }
  }));
});

Deno.test("IncreaseWindows keeps one sample a resolution, however often it is told", () => {
  const windows = new IncreaseWindows(WINDOW_MS, 100);
  let value = 0;
  for (let nowMs = 0; nowMs < 5_000; nowMs++) windows.update([{ labels: {}, value: value++ }], nowMs);
  const [{ increase } = { increase: NaN }] = windows.increases(5_000);
  assert(increase >= 900 && increase <= 1_100, `${increase}: to a resolution`);
  const few = new IncreaseWindows(WINDOW_MS, 100);
  for (let nowMs = 0; nowMs < 100; nowMs++) few.update([{ labels: {}, value: nowMs }], nowMs);
  few.update([{ labels: {}, value: 99 }], 1_001);
  assertEquals(
    [...few.increases(1_001)],
    [{ labels: {}, increase: 0, isWhole: true }],
    "one sample, as of its beginning",
  );
});

Deno.test("Baseline has the mean and variance of the value over time, and knows when the last will be usual", () => {
  const steps = fc.array(
    fc.record({ ms: fc.integer({ min: 1, max: 30 }), value: fc.integer({ min: -50, max: 50 }) }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(fc.property(steps, fc.constantFrom(0, 2), (script, minDeviation) => {
    const halfLifeMs = 20, baseline = new Baseline(0, 0, { halfLifeMs, minDeviation });
    // The oracle: each millisecond of the past, the first value for ever before.
    const past: number[] = [];
    let nowMs = 0, last = 0;
    for (const { ms, value } of script) {
      for (let each = 0; each < ms; each++) past.push(last);
      nowMs += ms;
      last = value;
      const weights = past.map((_, place) => 2 ** (-(nowMs - place - 1) / halfLifeMs) * (1 - 2 ** (-1 / halfLifeMs)));
      const mean = past.reduce((sum, each, place) => sum + each * weights[place]!, 0);
      const square = past.reduce((sum, each, place) => sum + each * each * weights[place]!, 0);
      const deviation = Math.max(Math.sqrt(Math.max(0, square - mean * mean)), minDeviation);
      const judged = baseline.judge(value, nowMs);
      if (Number.isFinite(judged) && deviation > 1e-6) {
        assertAlmostEquals(judged, (value - mean) / deviation, 1e-6 * (1 + Math.abs(judged)));
      }
      if (!Number.isFinite(judged)) continue;
      for (const deviations of [1, 3]) {
        const withinMs = baseline.withinMs(deviations);
        if (withinMs === Infinity) assert(Math.abs(judged) <= deviations * (1 + 1e-9), `${judged}`);
        else {
          assertAlmostEquals(
            Math.abs(at(script, withinMs, { minDeviation, halfLifeMs, untilMs: nowMs })),
            deviations,
            1e-6,
          );
        }
      }
    }
  }));
});

/** What the last of the steps until then is judged as later. */
function at(
  script: readonly { readonly ms: number; readonly value: number }[],
  laterMs: number,
  { minDeviation, halfLifeMs, untilMs }: { minDeviation: number; halfLifeMs: number; untilMs: number },
): number {
  const baseline = new Baseline(0, 0, { halfLifeMs, minDeviation });
  let nowMs = 0, last = 0;
  for (const { ms, value } of script) {
    nowMs += ms;
    if (nowMs > untilMs) break;
    baseline.judge(value, nowMs);
    last = value;
  }
  return baseline.judge(last, laterMs);
}

Deno.test("Inhibitions inhibit what a look at all sources that fire would", () => {
  const labels = fc.record({
    kind: fc.constantFrom("source", "target", "both", "none"),
    host: fc.constantFrom("a", "b", ""),
  });
  fc.assert(fc.property(fc.array(labels, { maxLength: 20 }), fc.array(fc.nat(19)), labels, (all, ended, asked) => {
    const rule = { source: { kind: /source|both/ }, target: { kind: /target|both/ }, equal: ["host"] };
    const inhibitions = new Inhibitions([rule]), firing = new Map(all.entries());
    for (const one of all) inhibitions.count(one, 1);
    for (const place of ended) {
      const one = firing.get(place);
      if (one !== undefined) inhibitions.count(one, -1);
      firing.delete(place);
    }
    const isBoth = (one: typeof asked) => one.kind === "both";
    const expected = labelsMatch(rule.target, asked) &&
      [...firing.values()].some((one) =>
        labelsMatch(rule.source, one) && one.host === asked.host && !(isBoth(one) && isBoth(asked))
      );
    assertEquals(inhibitions.inhibit(asked), expected);
  }));
});

Deno.test("labelsMatch() takes a missing label for an empty one", () => {
  for (
    const [matchers, expected] of [
      [{}, true],
      [{ a: "1" }, true],
      [{ a: "1", b: "" }, true],
      [{ a: "2" }, false],
      [{ a: { not: "1" } }, false],
      [{ b: { not: "1" } }, true],
      [{ b: { not: "" } }, false],
      [{ a: /^[0-9]$/ }, true],
      [{ a: { not: /^[0-9]$/ } }, false],
      [{ b: /./ }, false],
    ] as const
  ) assertEquals(labelsMatch(matchers, { a: "1" }), expected, JSON.stringify(matchers));
});
