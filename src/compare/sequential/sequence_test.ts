import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { MAX_PAIRS } from "./looks.ts";
import { type Outcome, Sequence } from "./sequence.ts";

function make(ids: readonly string[], options: Partial<ConstructorParameters<typeof Sequence>[0]> = {}): Sequence {
  const benchmarks = ids.map((id) => ({ id, threshold: 0.03 }));
  return new Sequence({ benchmarks, alpha: 0.05, errorControl: "fdr", ...options });
}

/** Effects around a center, as even as can be: their spread is about `sd`. */
function around(center: number, sd: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => center + (i % 2 === 0 ? sd : -sd));
}

function addAll(sequence: Sequence, id: string, effects: readonly number[]): void {
  for (const effect of effects) sequence.add(id, effect);
}

function outcomeOf(sequence: Sequence, id: string): Outcome {
  const outcome = sequence.outcomes().find((one) => one.id === id);
  assert(outcome !== undefined);
  return outcome;
}

Deno.test("Sequence tells slower, faster, same and inconclusive apart", () => {
  const sequence = make(["slower", "faster", "same", "noisy"]);
  addAll(sequence, "slower", around(0.1, 0.01, 8));
  addAll(sequence, "faster", around(-0.1, 0.01, 8));
  addAll(sequence, "same", around(0.003, 0.008, 8));
  addAll(sequence, "noisy", around(0.02, 0.06, 8));
  assertEquals(sequence.outcomes().map(({ id, verdict, reason }) => [id, verdict, reason]), [
    ["slower", "slower", null],
    ["faster", "faster", null],
    ["same", "same", null],
    ["noisy", "inconclusive", "budget"],
  ]);
  assertEquals([...sequence.wanted()], [["noisy", 3]]);
});

Deno.test("Sequence expects fewer pairs of what is open the more others have changed", () => {
  const others = Array.from({ length: 19 }, (_, index) => `other ${index}`);
  const neededBeside = (errorControl: "fdr" | "fwer", changed: number) => {
    const sequence = make(["open", ...others], { errorControl });
    for (const id of others.slice(0, changed)) addAll(sequence, id, around(0.3, 0.01, 8));
    addAll(sequence, "open", around(0.06, 0.05, 8));
    const { verdict, needed } = outcomeOf(sequence, "open");
    assertEquals(verdict, "inconclusive");
    return needed?.count ?? Infinity;
  };
  for (const errorControl of ["fdr", "fwer"] as const) {
    const beside = [0, 18].map((changed) => neededBeside(errorControl, changed));
    assert(beside[1]! < beside[0]!, `${errorControl}: ${beside}`);
  }
});

Deno.test("Sequence calls no difference a change that is below the threshold, however sure, and none above the same", () => {
  const sequence = make(["small", "large"]);
  addAll(sequence, "small", around(0.02, 0.003, 20));
  addAll(sequence, "large", around(0.031, 0.003, 20));
  const small = outcomeOf(sequence, "small");
  assert((small.adjustedPValue ?? 1) < 0.001);
  assertEquals(small.verdict, "same");
  assertEquals(outcomeOf(sequence, "large").verdict, "slower");
});

Deno.test("Sequence gives up what lies at the threshold, or is too noisy, and says why", () => {
  const sequence = make(["near", "noisy"]);
  addAll(sequence, "near", around(0.029, 0.02, MAX_PAIRS));
  addAll(sequence, "noisy", around(0, 0.5, 8));
  assertEquals(sequence.wanted().size, 0);
  assertEquals(sequence.outcomes().map(({ verdict, reason, needed }) => [verdict, reason, needed]), [
    ["inconclusive", "near_threshold", null],
    ["inconclusive", "noise", null],
  ]);
  assertEquals(sequence.standings().map(({ verdict }) => verdict), ["inconclusive", "inconclusive"]);
});

Deno.test("Sequence says nothing of a benchmark without pairs, and little of one with a single one", () => {
  const sequence = make(["none", "one"]);
  sequence.add("one", Math.log(2));
  const [none, one] = sequence.outcomes();
  assertEquals([none?.ratio, none?.reason, none?.interval, none?.needed?.count], [null, "budget", null, 4]);
  assertAlmostEquals(one?.ratio ?? NaN, 2);
  assertEquals([one?.reason, one?.interval, one?.pValue, one?.needed?.count], ["one_process", null, null, 3]);
});

Deno.test("Sequence decides nothing by less than four pairs, even if they agree exactly", () => {
  const sequence = make(["a"]);
  addAll(sequence, "a", [0.1, 0.1, 0.1]);
  assertEquals(outcomeOf(sequence, "a").verdict, "inconclusive");
  sequence.add("a", 0.1);
  assertEquals(outcomeOf(sequence, "a").verdict, "slower");
});

Deno.test("Sequence lets a decision stand: later effects change nothing", () => {
  const sequence = make(["a"]);
  addAll(sequence, "a", around(0.1, 0.01, 8));
  sequence.look();
  const before = sequence.outcomes();
  addAll(sequence, "a", around(-0.5, 0.1, 8));
  assertEquals(sequence.outcomes(), before);
});

Deno.test("Sequence is stricter the more benchmarks there are, and Holm's procedure is stricter than Benjamini and Hochberg's", () => {
  const effects = around(0.05, 0.025, 8);
  const pValues = [1, 24].flatMap((count) =>
    (["fdr", "fwer"] as const).map((errorControl) => {
      const ids = Array.from({ length: count }, (_, i) => `${i}`);
      const sequence = make(ids, { errorControl });
      for (const id of ids.slice(0, 12)) addAll(sequence, id, effects);
      return outcomeOf(sequence, "0").adjustedPValue ?? NaN;
    })
  );
  const [alone = 0, aloneStrict, of24 = 0, of24Strict = 0] = pValues;
  assertEquals(alone, aloneStrict);
  assertAlmostEquals(of24, 2 * alone, 1e-12); // 12 of 24 are alike
  assertAlmostEquals(of24Strict, Math.min(1, 24 * alone), 1e-12);
});

Deno.test("Sequence lets only claims make room for others: those that stand, not sure differences below the threshold", () => {
  const borderline = around(0.05, 0.02, 8);
  const adjustedWith = (others: number) => {
    const ids = Array.from({ length: 12 }, (_, i) => `${i}`);
    const sequence = make(ids);
    for (const id of ids.slice(1)) addAll(sequence, id, around(others, 0.003, 8));
    sequence.look();
    addAll(sequence, "0", borderline);
    return outcomeOf(sequence, "0").adjustedPValue ?? NaN;
  };
  const alone = make(["0"]);
  addAll(alone, "0", borderline);
  const pValue = outcomeOf(alone, "0").adjustedPValue ?? NaN;
  assertAlmostEquals(adjustedWith(0.1), pValue, 1e-12);
  assertAlmostEquals(adjustedWith(0.02), 12 * pValue, 1e-12);

  const together = make(["sure", "borderline"]);
  addAll(together, "sure", around(0.0295, 0.001, 8)); // just below, and too near to be the same
  addAll(together, "borderline", borderline);
  assertAlmostEquals(outcomeOf(together, "borderline").adjustedPValue ?? NaN, 2 * pValue, 1e-12);
});

Deno.test("Sequence's adjusted p-value is at most alpha for a change, and above it for what reaches the threshold undecided", () =>
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: -12, max: 12 }), fc.integer({ min: 1, max: 9 })), { maxLength: 8 }),
      fc.integer({ min: 2, max: 20 }),
      fc.constantFrom<"fdr" | "fwer">("fdr", "fwer"),
      (bodies, pairs, errorControl) => {
        const sequence = make(bodies.map((_, i) => `${i}`), { errorControl });
        for (const [i, [effect, sd]] of bodies.entries()) {
          addAll(sequence, `${i}`, around(effect / 100, sd / 100, pairs));
        }
        for (const { verdict, ratio, threshold, adjustedPValue, equivalencePValue, reason } of sequence.outcomes()) {
          const size = Math.exp(Math.abs(Math.log(ratio ?? 1)));
          const isSignificant = (adjustedPValue ?? 1) <= 0.05;
          if (verdict === "slower" || verdict === "faster") assert(isSignificant && size >= 1 + threshold);
          else assert(!isSignificant || size < 1 + threshold);
          assertEquals(verdict === "same", (equivalencePValue ?? 1) <= 0.05);
          assertEquals(verdict === "inconclusive", reason !== null);
        }
      },
    ),
  ));

Deno.test("Sequence swaps slower and faster, and inverts ratio and interval, when the sides change places", () => {
  const [sequence, mirrored] = [make(["a", "b"]), make(["a", "b"])];
  for (const [id, effects] of [["a", around(0.08, 0.02, 8)], ["b", around(0.01, 0.03, 8)]] as const) {
    addAll(sequence, id, effects);
    addAll(mirrored, id, effects.map((effect) => -effect));
  }
  for (const [i, outcome] of sequence.outcomes().entries()) {
    const mirror = mirrored.outcomes()[i];
    assertAlmostEquals((outcome.ratio ?? NaN) * (mirror?.ratio ?? NaN), 1, 1e-12);
    assertAlmostEquals((outcome.interval?.low ?? NaN) * (mirror?.interval?.high ?? NaN), 1, 1e-9);
    assertAlmostEquals(outcome.adjustedPValue ?? NaN, mirror?.adjustedPValue ?? NaN, 1e-12);
  }
  assertEquals([outcomeOf(sequence, "a").verdict, outcomeOf(mirrored, "a").verdict], ["slower", "faster"]);
});

Deno.test("Sequence.wanted() puts first what seems changed, then what is nearest to a decision", () => {
  const sequence = make(["noisy", "changed", "quiet"]);
  addAll(sequence, "noisy", around(0, 0.04, 4));
  addAll(sequence, "changed", around(0.06, 0.03, 4));
  addAll(sequence, "quiet", around(0, 0.015, 4));
  assertEquals([...sequence.wanted().keys()], ["changed", "quiet", "noisy"]);
});

Deno.test("Sequence.affordable() measures all first, then only what seems changed, then the rest, within the time", () => {
  const costs = { pairMs: 100, benchmarkMs: () => 200 };
  const sequence = make(["a", "b", "c"]);
  const next = (remainingMs: number) => [...sequence.affordable({ ...costs, remainingMs })];
  assertEquals(next(10_000), [["a", 4], ["b", 4], ["c", 4]]);
  assertEquals(next(4 * (100 + 2 * 200)), [["a", 4], ["b", 4]]);
  assertEquals(next(4 * (100 + 200) - 1), []);
  addAll(sequence, "a", around(0, 0.03, 4));
  addAll(sequence, "b", around(0.06, 0.03, 4));
  addAll(sequence, "c", around(-0.07, 0.03, 4));
  assertEquals(next(60_000), [["c", 2], ["b", 2]]);
  assertEquals(next(2_700), [["c", 2]], "both could be looked at, not both be decided");
  addAll(sequence, "b", around(0.06, 0.005, 8));
  addAll(sequence, "c", around(-0.07, 0.005, 8));
  sequence.look();
  assertEquals(next(60_000), [["a", 2]]);
});

Deno.test("Sequence.affordable() passes over what is not to be measured", () => {
  const sequence = make(["broken", "sound"]);
  addAll(sequence, "broken", around(0.06, 0.03, 4));
  const benchmarkMs = (id: string) => id === "broken" ? Infinity : 1;
  assertEquals([...sequence.affordable({ remainingMs: 1_000, pairMs: 1, benchmarkMs })], [["sound", 4]]);
});

Deno.test("Sequence.standings() follow every pair, and are as wide as an outcome at a planned look", () => {
  const sequence = make(["a"]);
  const effects = around(0.03, 0.03, 6);
  addAll(sequence, "a", effects.slice(0, 1));
  assertEquals(sequence.standings(), [{
    id: "a",
    verdict: null,
    pairs: 1,
    ratio: Math.exp(effects[0] ?? 0),
    interval: null,
  }]);
  addAll(sequence, "a", effects.slice(1));
  assertEquals(sequence.standings()[0]?.interval, outcomeOf(sequence, "a").interval);
});

Deno.test("Sequence refuses options and effects that make no sense", () => {
  for (const alpha of [0, 1, NaN]) assertThrows(() => make([], { alpha }), RangeError, `it is ${alpha}`);
  for (const threshold of [0, -1, NaN, Infinity]) {
    assertThrows(() => make([], { benchmarks: [{ id: "a", threshold }] }), RangeError, `it is ${threshold}`);
  }
  assertThrows(() => make(["a", "a"]), RangeError, "two benchmarks have the same id");
  assertThrows(() => make(["a"]).add("b", 0), RangeError, 'no benchmark "b"');
  for (const effect of [NaN, Infinity]) assertThrows(() => make(["a"]).add("a", effect), RangeError, `it is ${effect}`);
});
