import { assert, assertEquals } from "@std/assert";
import { attempt, trialsOf } from "../testdata/trial.ts";
import { observabilityPeerSuites } from "./observability_peers_bench.ts";

for (const trial of observabilityPeerSuites.flatMap(trialsOf)) {
  Deno.test(`${trial.id} succeeds, and again on what it left behind`, async () => {
    const results = await attempt(trial, 2);
    assert(!results.includes(false), `${results}`);
  });
}

Deno.test("Each suite of observability's peers holds something against a baseline", () => {
  for (const { name, benchmarks } of observabilityPeerSuites) {
    assertEquals(benchmarks.filter(({ options }) => options.baseline === true).length, 1, name);
    assertEquals(new Set(benchmarks.map(({ options }) => options.group)).size, 1, name);
  }
});
