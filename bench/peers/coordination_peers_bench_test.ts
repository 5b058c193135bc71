import { assertEquals } from "@std/assert";
import { attempt, trialsOf } from "../testdata/trial.ts";
import { coordinationPeerSuites } from "./coordination_peers_bench.ts";

/** Changes `Atomics.waitAsync` of the isolate that imports it, and so every test that comes after. */
const INTRUSIVE = "peers-thread-lock/multithreading, blocking";

for (const trial of coordinationPeerSuites.flatMap(trialsOf).filter(({ id }) => id !== INTRUSIVE)) {
  Deno.test(`${trial.id} succeeds, and again on what it left behind`, async () => {
    assertEquals(await attempt(trial, 2), [true, true]);
  });
}

Deno.test("Each suite of peers holds something against a baseline", () => {
  for (const { name, benchmarks } of coordinationPeerSuites) {
    assertEquals(benchmarks.filter(({ options }) => options.baseline === true).length, 1, name);
    assertEquals(new Set(benchmarks.map(({ options }) => options.group)).size, 1, name);
  }
});
