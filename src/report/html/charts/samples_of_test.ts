import { assert, assertEquals } from "@std/assert";
import { sampleBenchmark } from "../../../measure/testdata/sample_document.ts";
import { MAX_DRAWN_A_FORK, samplesOf, thinned, valueScale, within } from "./samples_of.ts";

Deno.test("samplesOf takes the loop's cost off, keeps the order, tells why a sample does not count, and whether garbage was collected", () => {
  assertEquals(samplesOf(sampleBenchmark), [
    { order: 0, fork: 0, valueNs: 99.5, cause: null, hasCollected: false },
    { order: 1, fork: 0, valueNs: 109.5, cause: "preemption", hasCollected: false },
    { order: 2, fork: 0, valueNs: 104.5, cause: null, hasCollected: true },
  ]);
  const forks = sampleBenchmark.forks.map((fork) => ({
    ...fork,
    samples: { ...fork.samples, garbageCollected: null },
  }));
  assertEquals(samplesOf({ forks }).map(({ hasCollected }) => hasCollected), [null, null, null]);
});

Deno.test("valueScale shows all values, but lets no single one squeeze the others", () => {
  assertEquals(valueScale([10, 11, 12, 13]), { low: 10, high: 13, beyond: 0 });
  const scale = valueScale([10, 11, 11, 12, 12, 13, 5000]);
  assert(scale.high < 100);
  assertEquals(scale.beyond, 1);
  assertEquals(within(scale, 5000), scale.high);
});

Deno.test("valueScale has a width even if all values are equal, or there are none", () => {
  for (const values of [[5, 5, 5], [0], []]) {
    const { low, high } = valueScale(values);
    assert(high > low);
  }
});

Deno.test("thinned keeps a bounded number of each fork, evenly spread", () => {
  const samples = Array.from({ length: 5000 }, (_, order) => ({
    order,
    fork: order < 4900 ? 0 : 1,
    valueNs: order,
    cause: null,
    hasCollected: null,
  }));
  const kept = thinned(samples, MAX_DRAWN_A_FORK);
  assertEquals(kept.slice(0, 3).map(({ order }) => order), [0, 49, 98]);
  assertEquals(kept.filter(({ fork }) => fork === 1).length, 100);
});
