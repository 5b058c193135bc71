import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DemandSample, SAMPLE_SIZE } from "./demand_sample.ts";

/** A sample of demands for one kind, in which each of the amounts was asked for once. */
function sampleOf(amounts: readonly number[]): DemandSample {
  const sample = new DemandSample(1);
  for (const units of amounts) sample.note({ length: 1, places: [0], units: [units] });
  return sample;
}

Deno.test("DemandSample remembers the last demands, and how often each kind is among them", () =>
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.nat(5), { minLength: 3, maxLength: 3 }), { maxLength: 3 * SAMPLE_SIZE, size: "max" }),
      (noted) => {
        const sample = new DemandSample(3);
        for (const amounts of noted) {
          const places = [2, 0, 1].filter((kind) => amounts[kind]! > 0);
          sample.note({ length: places.length, places, units: places.map((kind) => amounts[kind]!) });
        }
        const last = noted.slice(-SAMPLE_SIZE);
        for (const kind of [0, 1, 2]) {
          const asked = last.map((amounts) => amounts[kind]!).filter((units) => units > 0);
          assertEquals(sample.uses[kind], asked.length);
          assertEquals(sample.quantiles(kind, 5), [...new Set(asked)].sort((a, b) => a - b));
        }
      },
    ),
    { numRuns: 50 },
  ));

Deno.test("DemandSample.quantiles() divides what was asked for into about equal parts, and names no amount twice", () => {
  const each = Array.from({ length: SAMPLE_SIZE }, (_, i) => SAMPLE_SIZE - i);
  assertEquals(sampleOf(each).quantiles(0, 4), [1, 17, 33, 49]);
  assertEquals(sampleOf([3, 1, 2]).quantiles(0, 3), [1, 2, 3]);
  assertEquals(sampleOf([3, 1, 2]).quantiles(0, 2), [1, 2]);
  const often = new Array<number>(60).fill(5);
  assertEquals(sampleOf([...often, 1, 2, 3, 4]).quantiles(0, 3), [1, 5], "nothing is above it");
  assertEquals(sampleOf([...often, 6, 7, 8, 9]).quantiles(0, 3), [5, 6, 7]);
  assertEquals(new DemandSample(1).quantiles(0, 3), []);
});
