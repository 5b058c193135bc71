/**
 * Claims about error rates, held against simulation: each bound is the claim plus three standard errors of the simulated rate.
 * Every message tells the seed.
 */

import { assert } from "@std/assert";
import { studentT } from "../../measure/statistics/student_t.ts";
import { rateOf, Simulation } from "../../measure/statistics/testdata/simulated.ts";
import { LOOKS, MAX_PAIRS } from "./looks.ts";
import { Sequence } from "./sequence.ts";
import { NOISES, type RateOptions, type Rates, simulateRates } from "./testdata/simulated_comparison.ts";

const ALPHA = 0.05;
/** So small that every difference reaches it: then nothing but the p-values guards against false alarms. */
const NO_THRESHOLD = 1e-9;

function assertAtMost(rate: number, claim: number, count: number, what: string): void {
  const bound = claim + 3 * Math.sqrt(claim * (1 - claim) / count);
  assert(rate <= bound, `${what}: ${rate}, claimed ${claim}, in ${count} trials at most ${bound}`);
}

Deno.test("looking after every pair with a plain t-test is wrong several times as often as it claims", () => {
  const [seed, count] = [11, 400];
  const simulation = new Simulation(seed);
  const rate = rateOf(count, () => {
    let [sum, squares, isWrong] = [0, 0, false];
    for (let pairs = 1; pairs <= MAX_PAIRS; pairs++) {
      const effect = simulation.normal();
      [sum, squares] = [sum + effect, squares + effect ** 2];
      const error = Math.sqrt((squares - sum ** 2 / pairs) / (pairs - 1) / pairs);
      isWrong ||= pairs >= 4 && 2 * studentT(-Math.abs(sum / pairs) / error, pairs - 1) <= ALPHA;
    }
    return isWrong;
  });
  assert(rate > 0.2, `seed ${seed}: ${rate}`);
});

Deno.test("Sequence errs no more often than it claims though one looks after every pair and stops at the first claim", () => {
  const [seed, count] = [12, 200];
  for (const errorControl of ["fdr", "fwer"] as const) {
    const simulation = new Simulation(seed);
    const rate = rateOf(count, () => {
      const ids = ["a", "b", "c"];
      const benchmarks = ids.map((id) => ({ id, threshold: NO_THRESHOLD }));
      const sequence = new Sequence({ benchmarks, alpha: ALPHA, errorControl });
      for (let pairs = 1; pairs <= 36; pairs++) {
        for (const id of ids) sequence.add(id, simulation.normal());
        sequence.look();
        if (sequence.standings().some(({ verdict }) => verdict === "slower" || verdict === "faster")) return true;
      }
      return false;
    });
    assertAtMost(rate, ALPHA, count, `seed ${seed}, ${errorControl}`);
  }
});

Deno.test("Sequence keeps both rates where half of the benchmarks have changed, whenever it is worst to stop", () => {
  const [seed, count] = [13, 80];
  const ids = ["0", "1", "2", "3", "4", "5", "6", "7"];
  for (const errorControl of ["fdr", "fwer"] as const) {
    const simulation = new Simulation(seed);
    let total = 0;
    for (let i = 0; i < count; i++) {
      const benchmarks = ids.map((id) => ({ id, threshold: NO_THRESHOLD }));
      const sequence = new Sequence({ benchmarks, alpha: ALPHA, errorControl });
      let worst = 0;
      for (let pairs = 1; pairs <= 20; pairs++) {
        for (const id of ids) sequence.add(id, simulation.normal() + (Number(id) < 4 ? 1.5 : 0));
        sequence.look();
        const claims = sequence.standings().filter(({ verdict }) => verdict === "slower" || verdict === "faster");
        const wrong = claims.filter(({ id }) => Number(id) >= 4).length;
        worst = Math.max(worst, errorControl === "fwer" ? Math.min(1, wrong) : wrong / Math.max(1, claims.length));
      }
      total += worst;
    }
    assertAtMost(total / count, ALPHA, count, `seed ${seed}, ${errorControl}`);
  }
});

Deno.test("Sequence calls a change of just the threshold the same no more often than it claims, looking after every pair", () => {
  const [seed, count] = [14, 1_000];
  const simulation = new Simulation(seed);
  const rate = rateOf(count, () => {
    const sequence = new Sequence({ benchmarks: [{ id: "a", threshold: 0.03 }], alpha: ALPHA, errorControl: "fdr" });
    for (let pairs = 1; pairs <= 36; pairs++) {
      sequence.add("a", Math.log1p(0.03) + 0.01 * simulation.normal());
      sequence.look();
    }
    return sequence.standings()[0]?.verdict === "same";
  });
  assertAtMost(rate, ALPHA, count, `seed ${seed}`);
});

Deno.test("Sequence's intervals hold the true ratio at all planned looks at once, as often as their level says", () => {
  const [seed, count] = [15, 1_000];
  const simulation = new Simulation(seed);
  const missed = rateOf(count, () => {
    const sequence = new Sequence({
      benchmarks: [{ id: "a", threshold: NO_THRESHOLD }],
      alpha: ALPHA,
      errorControl: "fdr",
    });
    let isMissed = false;
    for (let pairs = 1; pairs <= 36; pairs++) {
      sequence.add("a", 0.05 * simulation.normal());
      const interval = LOOKS.includes(pairs) ? sequence.standings()[0]?.interval : null;
      if (interval) isMissed ||= interval.low > 1 || interval.high < 1;
    }
    return isMissed;
  });
  assertAtMost(missed, ALPHA, count, `seed ${seed}`);
});

const DEFAULTS: Omit<RateOptions, "changed" | "ratio" | "noise" | "count" | "seed"> = {
  budgetS: 60,
  threshold: 0.03,
  alpha: ALPHA,
  errorControl: "fdr",
};

function rates(kind: string, options: Pick<RateOptions, "changed" | "ratio" | "count" | "seed">): Rates {
  const noise = NOISES[kind];
  assert(noise !== undefined);
  return simulateRates({ ...DEFAULTS, ...options, noise });
}

for (const [index, kind] of Object.keys(NOISES).entries()) {
  Deno.test(`a suite of 24 real bodies with ${kind}: the share of false claims holds, and 10 % is found`, () => {
    const [seed, count] = [100 + index, 40];
    const { falseDiscoveries, found, falseSame, covered } = rates(kind, { changed: "one", ratio: 1.1, count, seed });
    assertAtMost(falseDiscoveries, ALPHA, count, `seed ${seed}, false discoveries`);
    assertAtMost(1 - found, 0.01, count, `seed ${seed}, missed`);
    assertAtMost(falseSame, 0, count, `seed ${seed}, called the same`);
    assertAtMost(1 - covered, ALPHA, 24 * count, `seed ${seed}, outside of the interval`);
  });
}

Deno.test("a suite of 24 real bodies: at most 0.5 % alarm, and 97 % of slowdowns of 5 % are found in 60 s", () => {
  const [seed, count] = [200, 120];
  const unchanged = rates("bimodal processes", { changed: "none", ratio: 1, count, seed });
  assertAtMost(unchanged.alarms, 0.005, count, `seed ${seed}, alarms`);
  assert(unchanged.timeS <= 60);
  const changed = rates("bimodal processes", { changed: "one", ratio: 1.05, count, seed });
  assertAtMost(1 - changed.found, 0.03, count, `seed ${seed}, missed`);
  assertAtMost(changed.falseSame, 0, count, `seed ${seed}, called the same`);
});
