import { assertEquals } from "@std/assert";
import type { OfferedBenchmark } from "../measure/duet/mod.ts";
import { makeRoster } from "./roster.ts";

const offer = (name: string, definitionHash = "1"): OfferedBenchmark => ({
  identity: {
    id: `s/${name}`,
    suite: "s",
    name,
    group: null,
    baseline: false,
    params: {},
    definitionHash,
    expected: null,
    throughput: null,
  },
  timeoutMs: null,
});

const offered = {
  a: [offer("gone"), offer("same"), offer("changed")],
  b: [offer("new"), offer("changed", "2"), offer("same")],
};

Deno.test("makeRoster() sorts benchmarks by what can be compared, in the order of B, what was removed last", () => {
  const { common, others, order } = makeRoster(offered, false);
  assertEquals(common.map(({ id }) => id), ["s/same"]);
  assertEquals(others.map((entry) => [entry.id, entry.status]), [
    ["s/new", "added"],
    ["s/changed", "incomparable"],
    ["s/gone", "removed"],
  ]);
  assertEquals(order, ["s/new", "s/changed", "s/same", "s/gone"]);
});

Deno.test("makeRoster() holds code that differs against each other where that is what is compared", () => {
  assertEquals(makeRoster(offered, true).common.map(({ id }) => id), ["s/changed", "s/same"]);
});
