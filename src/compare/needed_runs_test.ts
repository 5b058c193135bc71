import { assert, assertEquals } from "@std/assert";
import type { Effect } from "./effect.ts";
import { MAX_NEEDED_RUNS, neededForProcesses, neededRuns } from "./needed_runs.ts";
import type { SideSpread } from "./spread.ts";

/** A side of runs with eight processes each. */
function side(runs: number, processes = 8 * runs): SideSpread {
  const unknown = { value: 0, degreesOfFreedom: 0 };
  return { mean: 0, runs, processes, weight: 1 / processes, forkVariance: unknown, runVariance: unknown };
}

function effect(ratio: number, { forkSd = 0.06, runSd = 0.03 } = {}): Effect {
  const standardError = Math.sqrt(2 * runSd ** 2 + forkSd ** 2 / 4);
  return { effect: Math.log(ratio), standardError, degreesOfFreedom: 12, forkSd, runSd };
}

const BOUNDS = { threshold: 0.1, alpha: 0.05, multiplicity: 1 };
const SIDES = { baseline: side(1), current: side(1) };

Deno.test("neededRuns() is more for what is closer to the threshold, from either side, and null at it", () => {
  const counts = [1, 1.04, 1.07, 1.0999].map((ratio) => neededRuns(SIDES, effect(ratio), BOUNDS));
  const [least = null, more = null, most = null, none = null] = counts;
  assert(least !== null && more !== null && most !== null && least <= more && more < most && most <= MAX_NEEDED_RUNS);
  assertEquals(none, null);
  const [alone, ofMany] = [1, 24].map((multiplicity) => neededRuns(SIDES, effect(1.12), { ...BOUNDS, multiplicity }));
  assertEquals([alone, ofMany], [1, 2]);
});

Deno.test("neededRuns() is what it takes: with that many runs the verdict would fall, with one fewer it would not", () => {
  const count = neededRuns(SIDES, effect(1.05), BOUNDS) ?? 0;
  assert(count > 1);
  const from = (runs: number) => {
    const standardError = Math.sqrt((2 * 0.03 ** 2 + 0.06 ** 2 / 4) / runs);
    return neededRuns({ baseline: side(runs), current: side(runs) }, { ...effect(1.05), standardError }, BOUNDS);
  };
  assertEquals(from(count), 1); // as many runs are there already but one
  assertEquals(from(count - 1), 2);
});

Deno.test("neededForProcesses() brings each side to five processes", () => {
  assertEquals(neededForProcesses({ baseline: side(1, 1), current: side(1, 8) }), 4);
  assertEquals(neededForProcesses({ baseline: side(1, 1), current: side(1, 1) }), 4);
  assertEquals(neededForProcesses({ baseline: side(1, 4), current: side(1, 1) }), 4);
});
