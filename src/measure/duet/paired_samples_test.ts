import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ExclusionCause } from "../document.ts";
import { type PairFacts, type RawPair, summarizePairs } from "./paired_samples.ts";
import type { DuetSample } from "./protocol.ts";

const sample = (ns: number, excluded: ExclusionCause | null = null, iterations = 100): DuetSample => ({
  ns,
  wallNs: ns,
  iterations,
  excluded,
  runQueueDelayNs: null,
  involuntarySwitches: null,
});

const facts: PairFacts = {
  batch: 100,
  steady: true,
  sameShape: true,
  empty: { a: [1, 1, 1, 1], b: [3, 3, 3, 3] },
};

const pair = (a: DuetSample, b: DuetSample): RawPair => ({ a, b, first: "a" });

Deno.test("summarizePairs() takes one and the same overhead off both sides where their loops are the same", () => {
  const { pairs } = summarizePairs([pair(sample(1_000), sample(2_000))], facts);
  assertEquals(pairs, [{ aNs: 8, bNs: 18, first: "a" }]);
  const different = summarizePairs([pair(sample(1_000), sample(2_000))], { ...facts, sameShape: false });
  assertEquals(different.pairs, [{ aNs: 9, bNs: 17, first: "a" }]);
});

Deno.test("summarizePairs() sees an injected slowdown in full, however small the benchmark beside its loop", () => {
  const slow = sample(110 * 2.5, null, 110); // 110 iterations of 0.5 ns, and of 2 ns of the loop
  const { pairs: [first] } = summarizePairs([pair(sample(100 * 2.5), slow)], facts);
  assertAlmostEquals((first?.bNs ?? 0) / (first?.aNs ?? 1), 1.1, 1e-12);
});

Deno.test("summarizePairs() leaves pairs out by cause, both sides together, and counts them", () => {
  const fine = pair(sample(1_000), sample(1_000));
  const raw = [
    fine,
    pair(sample(9_000, "steal"), sample(1_000)),
    fine,
    pair(sample(1_000), sample(9_000, "preemption")),
  ];
  const { pairs, excluded, disturbed } = summarizePairs([...raw, fine, fine], facts);
  assertEquals([pairs.length, disturbed], [4, false]);
  assertEquals(excluded, { steal: 1, preemption: 1, suspend: 0 });
});

Deno.test("summarizePairs() counts the disturbed pairs where too few others are left, and says so", () => {
  const raw = Array.from(
    { length: 8 },
    (_, index) => pair(sample(1_000, index < 6 ? "preemption" : null), sample(1_000)),
  );
  const { pairs, excluded, disturbed } = summarizePairs(raw, facts);
  assertEquals([pairs.length, excluded.preemption, disturbed], [8, 6, true]);
});

Deno.test("summarizePairs() takes off what disturbed samples waited for a processor, and nothing of undisturbed ones", () => {
  const waited = (ns: number, runQueueDelayNs: number, excluded: ExclusionCause | null) => ({
    ...sample(ns, excluded),
    runQueueDelayNs,
  });
  const disturbed = pair(waited(2_000, 1_000, "preemption"), waited(1_500, 0, null));
  const { pairs: [first] } = summarizePairs([disturbed, disturbed], facts);
  assertEquals([first?.aNs, first?.bNs], [8, 13]);
  const quiet = pair(waited(2_000, 50, null), sample(1_500));
  assertEquals(summarizePairs(Array(4).fill(quiet), facts).pairs[0]?.aNs, 18);
});

Deno.test("summarizePairs() tells which side is an empty loop", () => {
  const raw = Array.from({ length: 8 }, () => pair(sample(100), sample(1_000)));
  assertEquals(summarizePairs(raw, facts).optimizedOut, { a: true, b: false });
});

Deno.test("summarizePairs() gives durations above 0, whatever was measured", () =>
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(1e9), fc.nat(1e9)), { minLength: 1 }), (durations) => {
    const { pairs } = summarizePairs(durations.map(([a, b]) => pair(sample(a), sample(b))), facts);
    assert(pairs.every(({ aNs, bNs }) => aNs > 0 && bNs > 0 && Number.isFinite(aNs + bNs)));
  })));
