import { assert, assertEquals } from "@std/assert";
import { isIndistinguishableFromEmpty } from "./empty_loop.ts";
import { rateOf, Simulation } from "./testdata/simulated.ts";

/** Rate of "cannot be told apart", for 24 samples of each loop. */
function rate(extraNs: number, { emptyNs, spread }: { emptyNs: number; spread: number }): number {
  const simulation = new Simulation(12);
  const samples = (centerNs: number) => Array.from({ length: 24 }, () => simulation.duration(centerNs, spread));
  return rateOf(400, () => isIndistinguishableFromEmpty(samples(emptyNs + extraNs), samples(emptyNs)));
}

Deno.test("isIndistinguishableFromEmpty() finds out a function that does nothing, on quiet and on noisy machines", () => {
  for (const spread of [0.002, 0.02, 0.3]) {
    assert(rate(0, { emptyNs: 0.25, spread }) > 0.93, `synchronous, spread ${spread}`);
    assert(rate(0, { emptyNs: 34, spread }) > 0.93, `asynchronous, spread ${spread}`);
  }
});

Deno.test("isIndistinguishableFromEmpty() lets a function pass that does one thing", () => {
  assertEquals(rate(0.3, { emptyNs: 0.25, spread: 0.02 }), 0, "one instruction of a synchronous function");
  assert(rate(0.3, { emptyNs: 0.25, spread: 0.3 }) < 0.02, "the same on a noisy machine");
  assertEquals(rate(5, { emptyNs: 34, spread: 0.02 }), 0, "an asynchronous function that stores a number");
});

Deno.test("isIndistinguishableFromEmpty() does not take a tiny difference for work because there are many samples", () => {
  const simulation = new Simulation(2);
  const samples = (centerNs: number) => Array.from({ length: 400 }, () => simulation.duration(centerNs, 0.01));
  assert(isIndistinguishableFromEmpty(samples(0.26), samples(0.25)));
  assert(!isIndistinguishableFromEmpty(samples(0.26), samples(0.25), { marginNs: 0.001 }));
});

Deno.test("isIndistinguishableFromEmpty() calls a difference as large as the margin the same in 5 % of the cases at most", () => {
  const simulation = new Simulation(9);
  const samples = (extraNs: number) => Array.from({ length: 24 }, () => extraNs + simulation.duration(0.25, 0.3));
  const same = rateOf(400, () => isIndistinguishableFromEmpty(samples(0.3), samples(0), { marginNs: 0.3 }));
  assert(same < 0.08, `${same}`); // three standard errors above
});

Deno.test("isIndistinguishableFromEmpty() is not misled by a heavy function with few and wild samples", () => {
  assertEquals(isIndistinguishableFromEmpty([9e7, 2e8, 5e8], [0.25, 0.26, 0.3, 0.25]), false);
});

Deno.test("isIndistinguishableFromEmpty() does not mind disturbed samples", () => {
  const empty = Array.from({ length: 24 }, (_, i) => i % 3 === 0 ? 2 + i / 10 : 0.25 + i / 10_000);
  assertEquals(isIndistinguishableFromEmpty(empty.map((ns) => ns + 0.001), empty), true);
  assertEquals(isIndistinguishableFromEmpty(empty.map((ns) => ns + 1), empty.toReversed()), false);
});

Deno.test("isIndistinguishableFromEmpty() wants fewer than three samples to lie apart from the empty loop's", () => {
  assertEquals(isIndistinguishableFromEmpty([0.25, 0.25], [0.25, 0.25, 0.25]), true);
  assertEquals(isIndistinguishableFromEmpty([0.249], [0.25]), true);
  assertEquals(isIndistinguishableFromEmpty([34, 60], [33, 35]), true, "they overlap");
  assertEquals(isIndistinguishableFromEmpty([40, 60], [33, 35]), false);
  assertEquals(isIndistinguishableFromEmpty([1e6], [0.25]), false);
  assertEquals(isIndistinguishableFromEmpty([0.25, 0.25, 0.25], []), false, "there is nothing to compare with");
  assertEquals(isIndistinguishableFromEmpty([0.25, 0.25, 0.25], [0.25, 0.25, 0.25]), true);
});
