import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isSteady, STEADY_WINDOWS } from "./steadiness.ts";
import { rateOf, Simulation } from "./testdata/simulated.ts";

const MAX_WINDOWS = 100;

/** Windows of a level that changes with their number, until they are steady, or undefined if they never are. */
function untilSteady(level: (window: number) => number): number | undefined {
  const windows: number[] = [];
  while (windows.length < MAX_WINDOWS) {
    windows.push(level(windows.length));
    if (isSteady(windows)) return windows.length;
  }
  return undefined;
}

/** Adds the noise of a machine: `spread` for all windows, and up to twice the time once in ten. */
function noisy(level: (window: number) => number, spread: number, simulation: Simulation): (window: number) => number {
  return (window) => level(window) * Math.exp(spread * simulation.normal()) * (simulation.chance(0.1) ? 1.5 : 1);
}

Deno.test("isSteady() needs eight windows, and eight equal ones are enough", () => {
  assertEquals(isSteady(Array(STEADY_WINDOWS - 1).fill(5)), false);
  assertEquals(isSteady(Array(STEADY_WINDOWS).fill(5)), true);
});

Deno.test("isSteady() waits until a step has left the later half of the windows", () => {
  const step = (at: number) => untilSteady((window) => window < at ? 200 : 100);
  assertEquals(step(0), 8);
  assertEquals(step(2), 8, "the last six are even");
  assertEquals(step(4), 10);
  for (const at of [10, 20, 40]) {
    const windows = Array.from({ length: 2 * at }, (_, window) => window < at ? 200 : 100);
    const accepted = windows.findIndex((_, window) => window >= at && isSteady(windows.slice(0, window + 1))) + 1;
    assert(accepted >= 1.4 * at && accepted <= 1.6 * at, `a step at ${at} is past at ${accepted}`);
  }
});

Deno.test("isSteady() sees a compiler's step up in the very last window", () => {
  assertEquals(isSteady([100, 100, 100, 100, 100, 100, 100, 60]), false);
  assertEquals(isSteady([100, 100, 100, 100, 100, 100, 100, 160]), true, "a slow one may be noise");
});

Deno.test("isSteady() is not put off by one noisy window, wherever it is", () => {
  for (let noise = 0; noise < STEADY_WINDOWS; noise++) {
    const windows = Array.from({ length: STEADY_WINDOWS }, (_, window) => window === noise ? 300 : 100 + window % 2);
    assertEquals(isSteady(windows), true, `window ${noise}`);
  }
});

Deno.test("isSteady() never accepts a ramp of 2 % a window, up or down", () => {
  assertEquals(untilSteady((window) => 100 * 0.98 ** window), undefined);
  assertEquals(untilSteady((window) => 100 * 1.02 ** window), undefined);
});

Deno.test("isSteady() finds slow drift out as the windows become more", () => {
  const drift = (window: number) => 100 * 0.996 ** window;
  assertEquals(isSteady(Array.from({ length: 8 }, (_, window) => drift(window))), true, "1.6 % in four windows");
  assertEquals(isSteady(Array.from({ length: 60 }, (_, window) => drift(window))), false, "6 % in fifteen");
});

Deno.test("isSteady() accepts windows that take two speeds in turn", () => {
  assertEquals(untilSteady((window) => window % 2 === 0 ? 100 : 140), 8);
});

Deno.test("isSteady() accepts a steady level soon, and stops a decay near its end", () => {
  const simulation = new Simulation(3);
  const flat = noisy(() => 100, 0.02, simulation);
  assert(rateOf(400, () => untilSteady(flat) === STEADY_WINDOWS) > 0.85);
  assert(rateOf(400, () => (untilSteady(noisy(() => 100, 0.1, simulation)) ?? Infinity) <= 24) > 0.95);
  const decay = (window: number) => 100 * (1 + Math.exp(-window / 5));
  const nearEnd = rateOf(400, () => decay((untilSteady(noisy(decay, 0.02, simulation)) ?? 0) - 1) < 106);
  assert(nearEnd > 0.9, `${nearEnd}`);
});

Deno.test("isSteady() seldom takes a change to half the time for steadiness", () => {
  const simulation = new Simulation(5);
  const step = noisy((window) => window < 7 ? 200 : 100, 0.02, simulation);
  assert(rateOf(400, () => untilSteady(step) === STEADY_WINDOWS) < 0.03);
});

Deno.test("isSteady() is false where a window has no time to compare", () => {
  for (const wrong of [0, -1, NaN, Infinity]) assertEquals(isSteady([5, 5, 5, 5, 5, wrong, 5, 5]), false);
});

Deno.test("isSteady() does not depend on the unit", () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 90, max: 110 }), { minLength: 8, maxLength: 20 }), (windows) => {
      assertEquals(isSteady(windows.map((ns) => ns * 1024)), isSteady(windows));
    }),
  ));
