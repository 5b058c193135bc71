import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { fitPowerLaw } from "./power_law.ts";
import { NORRIS } from "./testdata/reference_data.ts";

Deno.test("fitPowerLaw() agrees with the line that NIST certifies, drawn on log scales", () => {
  // The logarithms of these points are NIST's "Norris" data, divided by 100 to keep the powers within range.
  const law = fitPowerLaw(NORRIS.map(([y, x]) => ({ value: Math.exp(x / 100), p25: Math.exp(y / 100) })));
  assert(law !== null);
  assertAlmostEquals(law.exponent, 1.00211681802045, 1e-12);
  assertAlmostEquals(Math.log(law.coefficient), -0.262323073774029 / 100, 1e-12);
  assertAlmostEquals(law.rSquared, 0.999993745883712, 1e-12);
});

Deno.test("fitPowerLaw() finds constant, linear and quadratic growth", () => {
  const sizes = [10, 1_000, 100_000];
  const fit = (time: (n: number) => number) => fitPowerLaw(sizes.map((value) => ({ value, p25: time(value) })));
  const constant = fit(() => 5);
  assertEquals([constant?.exponent, constant?.rSquared], [0, 1]);
  assertAlmostEquals(constant?.coefficient ?? NaN, 5, 1e-12);
  assertAlmostEquals(fit((n) => 3 * n)?.exponent ?? NaN, 1, 1e-12);
  assertAlmostEquals(fit((n) => n * n)?.exponent ?? NaN, 2, 1e-12);
  const withFixedPart = fit((n) => 1_000_000 + n);
  assert(withFixedPart !== null && withFixedPart.exponent < 0.1 && withFixedPart.rSquared < 0.9);
});

Deno.test("fitPowerLaw() needs two different values above 0", () => {
  assertEquals(fitPowerLaw([]), null);
  assertEquals(fitPowerLaw([{ value: 7, p25: 1 }]), null);
  assertEquals(fitPowerLaw([{ value: 0.1, p25: 1 }, { value: 0.1, p25: 2 }, { value: 0.1, p25: 2 }]), null);
  assertEquals(fitPowerLaw([{ value: 1, p25: 1 }, { value: 0, p25: 2 }, { value: 10, p25: -1 }]), null);
});

Deno.test("fitPowerLaw() keeps the exponent when units change, and rSquared stays within 0 and 1", () => {
  const point = fc.record({ value: fc.integer({ min: 1, max: 1000 }), p25: fc.integer({ min: 1, max: 1000 }) });
  fc.assert(fc.property(fc.array(point, { minLength: 2, maxLength: 8 }), (points) => {
    const law = fitPowerLaw(points);
    const scaled = fitPowerLaw(points.map(({ value, p25 }) => ({ value: value / 1024, p25: p25 * 1000 })));
    if (law === null || scaled === null) return assertEquals(law, scaled);
    assertAlmostEquals(law.exponent, scaled.exponent, 1e-6);
    assert(law.rSquared >= 0 && law.rSquared <= 1);
  }));
});
