import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ratioToBaseline } from "./group_ratio.ts";
import { forkResult } from "./testdata/fork_results.ts";
import { SLEEP_DIFFERENCES } from "./testdata/reference_data.ts";
import { rateOf, Simulation } from "./testdata/simulated.ts";

Deno.test("ratioToBaseline() gives what a paired t-test gives on log scales", () => {
  // R: t.test(sleep differences): -1.58, from -2.4598858 to -0.7001142. Each fork drifts on its own; pairing takes that out.
  const drift = SLEEP_DIFFERENCES.map((_, fork) => 2 ** fork);
  const candidate = SLEEP_DIFFERENCES.map((log, fork) =>
    forkResult({ fork, wallNs: [Math.exp(log) * (drift[fork] ?? 1)] })
  );
  const baseline = drift.map((level, fork) => forkResult({ fork, wallNs: [level] }));
  const ratio = ratioToBaseline(candidate, baseline.toReversed());
  assert(ratio !== null);
  assertAlmostEquals(Math.log(ratio.point), -1.58, 1e-9);
  assertAlmostEquals(Math.log(ratio.low), -2.4598857632769824, 1e-9);
  assertAlmostEquals(Math.log(ratio.high), -0.7001142367230176, 1e-9);
  assertEquals(ratio.level, 0.95);
});

Deno.test("ratioToBaseline() compares lower quartiles, of samples that count, and pairs forks by number", () => {
  const candidate = [
    forkResult({ fork: 0, wallNs: [20, 20, 20, 20, 1e6] }),
    forkResult({ fork: 2, wallNs: [80, 1], excluded: { 1: "steal" } }),
    forkResult({ fork: 3, wallNs: [7] }),
  ];
  const baseline = [
    forkResult({ fork: 1, wallNs: [1] }),
    forkResult({ fork: 0, wallNs: [10] }),
    forkResult({ fork: 2, wallNs: [400], batchSize: 10 }),
  ];
  assertEquals(ratioToBaseline(candidate, baseline), { point: 2, low: 2, high: 2, level: 0.95 });
});

Deno.test("ratioToBaseline() is null without two pairs of forks, and where there is no time to divide by", () => {
  const fork = (number: number, ns: number) => forkResult({ fork: number, wallNs: [ns], overheadNs: 1 });
  assertEquals(ratioToBaseline([fork(0, 5)], [fork(0, 4)]), null);
  assertEquals(ratioToBaseline([fork(0, 5), fork(1, 5)], [fork(0, 4), fork(2, 4)]), null);
  assertEquals(ratioToBaseline([fork(0, 5), fork(1, 5)], [fork(0, 4), fork(1, 1)]), null);
  assertEquals(ratioToBaseline([fork(0, 5), fork(1, 0)], [fork(0, 4), fork(1, 0)]), null);
  assertEquals(ratioToBaseline([], []), null);
});

Deno.test("ratioToBaseline() covers the true ratio as often as its level says, whatever the forks share", () => {
  const simulation = new Simulation(6);
  for (const level of [0.8, 0.95]) {
    const coverage = rateOf(400, () => {
      const drift = Array.from({ length: 5 }, () => Math.exp(0.2 * simulation.normal()));
      const measure = (centerNs: number) =>
        drift.map((shared, fork) => {
          const own = shared * Math.exp(0.02 * simulation.normal());
          return forkResult({
            fork,
            wallNs: Array.from({ length: 12 }, () => simulation.duration(centerNs * own, 0.02)),
          });
        });
      const ratio = ratioToBaseline(measure(150), measure(100), level);
      return ratio !== null && ratio.low <= 1.5 && 1.5 <= ratio.high;
    });
    assert(Math.abs(coverage - level) < 0.06, `${coverage} at level ${level}`);
  }
});
