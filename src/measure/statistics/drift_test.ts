import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { hasDrift } from "./drift.ts";
import { NILE } from "./testdata/reference_data.ts";
import { rateOf, Simulation } from "./testdata/simulated.ts";

const series = (count: number, value: (share: number) => number) =>
  Array.from({ length: count }, (_, i) => value(i / (count - 1)));

Deno.test("hasDrift() takes chance for drift in at most 1 % of the cases, however noisy, few or many the values are", () => {
  const simulation = new Simulation(11);
  for (const [count, spread] of [[12, 0.02], [24, 0.02], [24, 0.5], [100, 0.1]] as const) {
    const rate = rateOf(1_500, () => hasDrift(series(count, () => simulation.duration(100, spread))));
    assert(rate < 0.018, `${count} values: ${rate}`); // three standard errors above
  }
});

Deno.test("hasDrift() finds lines, decays, waves and steps that are larger than the noise", () => {
  const simulation = new Simulation(3);
  const shapes: Record<string, (share: number) => number> = {
    line: (share) => share,
    decay: (share) => Math.exp(-4 * share),
    wave: (share) => Math.sin(2 * Math.PI * share) / 2,
    hump: (share) => Math.sin(Math.PI * share),
    step: (share) => share < 0.4 ? 0 : 1,
  };
  for (const [name, shape] of Object.entries(shapes)) {
    const rate = rateOf(
      200,
      () => hasDrift(series(24, (share) => simulation.duration(100 * (1 + 0.3 * shape(share)), 0.03))),
    );
    assert(rate > 0.95, `${name}: ${rate}`);
  }
  assert(hasDrift(NILE));
});

Deno.test("hasDrift() finds none among equal or few values, nor in the order of two that alternate", () => {
  assertEquals(hasDrift([]), false);
  assertEquals(hasDrift(Array(50).fill(7)), false);
  assertEquals(hasDrift(series(11, (share) => share)), false);
  assertEquals(hasDrift(series(12, (share) => share)), true);
  assertEquals(hasDrift(Array.from({ length: 24 }, (_, i) => i % 2)), false);
});

Deno.test("hasDrift() depends on the order only: not on scale, offset, direction or wild values", () => {
  const values = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 12, maxLength: 60 });
  fc.assert(fc.property(values, (values) => {
    const told = hasDrift(values);
    assertEquals(hasDrift(values.map((value) => 4 * value + 8)), told);
    assertEquals(hasDrift(values.map((value) => value ** 3)), told);
    assertEquals(hasDrift(values.toReversed()), told);
    assertEquals(hasDrift(values.map((value) => -value)), told);
  }));
});
