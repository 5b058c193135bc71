import { assertEquals } from "@std/assert";
import { chooseNext, Costs } from "./spending.ts";

/** A pair costs a second to start, and a second for each benchmark. */
function costs(): Costs {
  const costs = new Costs();
  costs.add(4_000, new Map([["a", 1_000], ["b", 1_000], ["c", 1_000]]));
  return costs;
}

const wanted = (counts: Record<string, number>) => new Map(Object.entries(counts));

Deno.test("chooseNext() takes all if all can have what they want", () => {
  assertEquals(chooseNext(wanted({ a: 2, b: 2, c: 2 }), costs(), 9_000), ["a", "b", "c"]);
});

Deno.test("chooseNext() takes the most promising, as many as can reach their next look", () => {
  assertEquals(chooseNext(wanted({ a: 2, b: 2, c: 2 }), costs(), 7_000), ["a", "b"]);
  assertEquals(chooseNext(wanted({ a: 9, b: 2, c: 2 }), costs(), 7_000), ["b", "c"]);
});

Deno.test("chooseNext() gives one more pair to a single one if none can reach its look", () => {
  assertEquals(chooseNext(wanted({ a: 9, b: 9 }), costs(), 2_500), ["a"]);
});

Deno.test("chooseNext() takes none without time for a single one, or without any that is wanted", () => {
  assertEquals(chooseNext(wanted({ a: 1 }), costs(), 2_100), []);
  assertEquals(chooseNext(wanted({}), costs(), 60_000), []);
});

Deno.test("Costs takes one that was never measured for an average one", () => {
  const known = new Costs();
  assertEquals([known.startMs, known.of("new")], [0, 0]);
  known.add(5_000, new Map([["a", 1_000], ["b", 3_000]]));
  assertEquals([known.startMs, known.of("a"), known.of("new")], [1_000, 1_000, 2_000]);
});
